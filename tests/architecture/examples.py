"""Makes a value of any type that a page may hold, so that every template can be tried out."""

import dataclasses
import types
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from markupsafe import Markup

from livehouse.foundation.money import Money
from livehouse.web.forms import Form
from tests.support.moments import NOON

# What a plain type looks like; texts are such that a time zone, a language and a currency fit.
PLAIN: Mapping[Any, tuple[object, object]] = {
    str: ("EUR", ""),
    int: (3, 0),
    float: (1.5, 0.0),
    bool: (True, False),
    bytes: (b"x", b""),
    UUID: (UUID(int=7), UUID(int=7)),
    datetime: (NOON, NOON),
    date: (NOON.date(), NOON.date()),
    Money: (Money("EUR", 1999), Money("JPY", 0)),
    Markup: (Markup("<b>x</b>"), Markup("")),
    object: ("x", ""),
    Any: ("x", ""),
}


# None here goes with one state only, which the type cannot tell.
ALWAYS: Mapping[str, object] = {"changed_at": NOON}


class Everything(defaultdict[object, object]):
    """Whatever a template looks up is there."""

    def __init__(self, make: Callable[[], object], filled: Mapping[object, object]) -> None:
        super().__init__(make, filled)


def example(kind: Any, *, full: bool) -> Any:  # noqa: ANN401 - any type is asked for
    """A value of `kind`; `full` has one of everything, otherwise as little as the type allows."""
    kind = getattr(kind, "__supertype__", kind)  # NewType
    if kind in PLAIN:
        return PLAIN[kind][0 if full else 1]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return example(arguments[0], full=full)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return _of_union(arguments, full=full)
    if origin is Form:
        return Form.blank()
    if origin is not None:
        return _of_container(origin, arguments, full=full)
    return _of_class(kind, full=full)


def _of_union(arguments: Sequence[Any], *, full: bool) -> object:
    if not full and types.NoneType in arguments:
        return None
    real = [one for one in arguments if one is not types.NoneType]
    return example(real[0 if full else -1], full=full)


def _of_container(origin: Callable[..., object], arguments: Sequence[Any], *, full: bool) -> object:
    assert isinstance(origin, type), "containers are classes"
    if issubclass(origin, Mapping):
        key, value = arguments
        filled = {example(key, full=True): example(value, full=True)} if full else {}
        return Everything(lambda: example(value, full=full), filled)
    if origin is tuple and Ellipsis not in arguments:
        return tuple(example(one, full=full) for one in arguments)
    several = [example(arguments[0], full=True)] * 2 if full else []
    makers: Mapping[type, Callable[[list[object]], object]] = {
        tuple: tuple,
        set: set,
        frozenset: frozenset,
    }
    return makers.get(origin, list)(several)


def _of_class(kind: type, *, full: bool) -> object:
    if issubclass(kind, Enum):
        return list(kind)[0 if full else -1]
    if issubclass(kind, msgspec.Struct):
        names = [field.name for field in msgspec.structs.fields(kind)]
    else:
        assert dataclasses.is_dataclass(kind), f"how does one make a {kind}?"
        names = [field.name for field in dataclasses.fields(kind) if field.init]
    hints = get_type_hints(kind, include_extras=True)
    values = {name: example(hints[name], full=full) for name in names}
    return kind(**values | {name: ALWAYS[name] for name in names if name in ALWAYS})
