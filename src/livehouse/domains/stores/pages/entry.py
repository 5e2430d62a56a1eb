"""What the console's pages share: who enters, and how numbers are typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct

from livehouse.domains.stores.errors import SlugTaken
from livehouse.domains.stores.model import ImportState
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.text import N_
from livehouse.web.forms import Form
from livehouse.web.rendering import Render

T = TypeVar("T", bound=Struct)

LANGUAGE_NAMES = {"en": "English", "zh-Hans": "简体中文"}
STATE_WORDS = {
    ImportState.WAITING: N_("waiting"),
    ImportState.RUNNING: N_("running"),
    ImportState.DONE: N_("done"),
    ImportState.REFUSED: N_("refused"),
}


def beside_field(
    form: Form[T], refusal: DomainError, fields: Mapping[str, str] | None = None
) -> Form[T]:
    """The form with the refusal at the field that it is about, if it is about one."""
    if isinstance(refusal, SlugTaken):
        return form.refuse(refusal, "slug")
    if isinstance(refusal, InvalidInput):
        field = str(refusal.params["field"])
        told = FieldProblem(problem=refusal.params["problem"])
        return form.refuse(told, (fields or {}).get(field, field))
    return form.refuse(refusal)


class FieldProblem(InvalidInput):
    """The same beside a field, whose label already says which."""

    code = "field_problem"
    message = N_("{problem}")


def state_words(render: Render) -> dict[ImportState, str]:
    return {state: render.translator.text(word) for state, word in STATE_WORDS.items()}


def percent(basis_points: int) -> str:
    """1900 as people write it: 19."""
    return f"{Decimal(basis_points) / 100:f}"
