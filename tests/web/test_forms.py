"""Forms that come back: where the word about what is wrong stands."""

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.web.forms import Form


class ShowForm(Struct):
    starts_at: str = ""


def a_form() -> Form[ShowForm]:
    return Form.blank(starts_at="tomorrow")


def test_a_refusal_about_a_field_stands_beside_it_without_its_inner_name() -> None:
    form = a_form().refuse(InvalidInput(field="starts_at", problem="choose a time"))

    assert form.error("starts_at") == "Choose a time"
    assert not form.error()


def test_a_refusal_about_what_the_form_does_not_have_stands_above_it() -> None:
    form = a_form().refuse(InvalidInput(field="show", problem="it has enough offers"))

    assert form.error() == "show: it has enough offers"


def test_a_page_may_say_where_a_refusal_stands() -> None:
    form = a_form().refuse(InvalidInput(field="slug", problem="it is taken"), "starts_at")

    assert form.error("starts_at") == "slug: it is taken"
