"""HTML forms: from what was typed to a Struct, or back to the form with a word per field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Generic, Self, TypeAlias, TypeVar, get_type_hints

import msgspec
from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Meta, Struct, inspect

from livehouse.foundation.errors import DomainError, InvalidInput, Refusal
from livehouse.foundation.text import DEFAULT_LANGUAGE, N_
from livehouse.web.connections import AnyRequest
from livehouse.web.context import web_of
from livehouse.web.i18n import Catalogue, Translator
from livehouse.web.identity import viewer_of

T = TypeVar("T", bound=Struct)

# Kept as typed, never shown again.
Secret: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1000, extra={"secret": True})]

MISSING = N_("Please fill this in.")
WRONG = N_("This does not look right. Please check it.")
TOO_SHORT = N_("Please use at least {count} characters.")
TOO_LONG = N_("Please use at most {count} characters.")
TOO_SMALL = N_("The smallest value here is {count}.")
TOO_LARGE = N_("The largest value here is {count}.")
NOT_A_NUMBER = N_("Please enter a whole number.")
NOT_OFFERED = N_("Please choose one of the values offered.")

BEYOND_FORMS = frozenset({Refusal.NOT_FOUND, Refusal.FORBIDDEN, Refusal.UNAUTHENTICATED})
TRUE_WORDS = frozenset({"1", "on", "true", "yes"})


class Upload(Struct, frozen=True):
    """A file that came with a form."""

    filename: str
    content: bytes


class Form(Generic[T]):
    """A form as the page shows it. `value` is there when every field is as it should be."""

    def __init__(
        self,
        typed: Mapping[str, str],
        value: T | None = None,
        errors: Mapping[str, str] | None = None,
        translator: Translator | None = None,
    ) -> None:
        self.value = value
        self._typed = dict(typed)
        self._errors = dict(errors or {})
        self._translator = translator or Translator(DEFAULT_LANGUAGE, Catalogue())

    @classmethod
    def blank(cls, **values: object) -> Self:
        """A form as it first appears, with what is known already."""
        return cls({name: _shown(value) for name, value in values.items()})

    def text(self, name: str) -> str:
        """What stands in the field."""
        return self._typed.get(name, "")

    def checked(self, name: str) -> bool:
        return self.text(name) in TRUE_WORDS

    def error(self, name: str = "") -> str:
        """What is wrong with the field, in the reader's words; no name means the whole form."""
        return self._errors.get(name, "")

    @property
    def errors(self) -> Mapping[str, str]:
        return self._errors

    def refuse(self, error: DomainError, name: str = "") -> Self:
        """The same form with the domain's refusal beside the field, or above them all.

        An `InvalidInput` knows its field by itself. What no typing can mend (it is not there, or
        not theirs) is raised again.
        """
        if error.kind in BEYOND_FORMS:
            raise error
        words = self._translator.refusal(error)
        if not name and isinstance(error, InvalidInput) and error.params["field"] in self._typed:
            name = str(error.params["field"])
            problem = self._translator.text(str(error.params["problem"]))
            # The label says which field it is; the problem alone is the sentence.
            words = problem[:1].upper() + problem[1:]
        return type(self)(self._typed, None, self._errors | {name: words}, self._translator)


async def read_form(request: AnyRequest, kind: type[T]) -> Form[T]:
    """What was sent, checked field by field against the Struct `kind`.

    Text is trimmed, an empty field is None where None is allowed, a box that is not checked is
    False, a list takes every value of its name, an `Upload` takes a file.
    """
    translator = web_of(request).languages.translator(viewer_of(request).language)
    sent = await request.form()
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, object] = {}
    typed: dict[str, str] = {}
    errors: dict[str, str] = {}
    for one in msgspec.structs.fields(kind):
        described = inspect.type_info(hints[one.name])
        raw = await _raw(sent, one.encode_name, described)
        if isinstance(raw, str) and not _is_secret(described):
            typed[one.name] = raw
        elif isinstance(raw, bool):
            typed[one.name] = _shown(raw)
        if raw is None and not _allows_none(described) and not one.required:
            continue
        try:
            values[one.name] = msgspec.convert(raw, hints[one.name], strict=False, str_keys=True)
        except msgspec.ValidationError:
            errors[one.name] = _problem(raw, described, translator)
    value = None if errors else kind(**values)
    return Form(typed, value, errors, translator)


async def _raw(sent: FormMultiDict, name: str, described: inspect.Type) -> object:
    """The field as it came: text, a box, a list, a file; None for nothing."""
    inner = _without_none(described)
    if isinstance(inner, inspect.BoolType):
        return str(sent.get(name, "")) in TRUE_WORDS
    if isinstance(inner, inspect.ListType | inspect.VarTupleType | inspect.SetType):
        return [value for value in sent.getall(name, []) if isinstance(value, str)]
    found = sent.get(name)
    if isinstance(found, UploadFile):
        return Upload(found.filename[:200], await found.read()) if found.filename else None
    return _text(found, inner, described) if isinstance(found, str) else None


def _text(found: str, inner: inspect.Type, described: inspect.Type) -> str | None:
    if _is_secret(described):
        return found or None
    text = found.replace("\r\n", "\n").strip().replace("\x00", "")
    if text or (isinstance(inner, inspect.StrType) and not _needs_text(inner, described)):
        return text
    return None


def _needs_text(inner: inspect.StrType, described: inspect.Type) -> bool:
    return bool(inner.min_length) or _allows_none(described)


def _problem(raw: object, described: inspect.Type, translator: Translator) -> str:
    """The friendly word for what msgspec would not take."""
    inner = _without_none(described)
    if raw is None or raw == []:
        return translator.text(MISSING)
    if isinstance(inner, inspect.StrType) and isinstance(raw, str):
        return _text_problem(raw, inner, translator)
    if isinstance(inner, inspect.IntType):
        return _number_problem(str(raw), inner, translator)
    if isinstance(inner, inspect.EnumType | inspect.LiteralType):
        return translator.text(NOT_OFFERED)
    return translator.text(WRONG)


def _text_problem(raw: str, described: inspect.StrType, translator: Translator) -> str:
    if described.max_length is not None and len(raw) > described.max_length:
        return translator.text(TOO_LONG, count=described.max_length)
    if described.min_length is not None and len(raw) < described.min_length:
        return translator.text(TOO_SHORT, count=described.min_length)
    return translator.text(WRONG)


def _number_problem(raw: str, described: inspect.IntType, translator: Translator) -> str:
    try:
        number = int(raw)
    except ValueError:
        return translator.text(NOT_A_NUMBER)
    if described.ge is not None and number < described.ge:
        return translator.text(TOO_SMALL, count=described.ge)
    if described.le is not None and number > described.le:
        return translator.text(TOO_LARGE, count=described.le)
    return translator.text(WRONG)


def _without_none(described: inspect.Type) -> inspect.Type:
    while isinstance(described, inspect.Metadata):
        described = described.type
    if isinstance(described, inspect.UnionType):
        rest: Sequence[inspect.Type] = [
            one for one in described.types if not isinstance(one, inspect.NoneType)
        ]
        return _without_none(rest[0])
    return described


def _allows_none(described: inspect.Type) -> bool:
    while isinstance(described, inspect.Metadata):
        described = described.type
    return isinstance(described, inspect.NoneType) or (
        isinstance(described, inspect.UnionType) and described.includes_none
    )


def _is_secret(described: inspect.Type) -> bool:
    return isinstance(described, inspect.Metadata) and bool((described.extra or {}).get("secret"))


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)
