"""Writes the schema and the TypeScript types of the live connection."""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from msgspec import NODEFAULT, Struct
from msgspec import inspect as ms
from msgspec.json import schema_components

from livehouse.app.asyncapi import messages, schema_of, tag_of
from livehouse.domains.people.wire import Ticket
from livehouse.domains.shows.wire import ShowInfo
from livehouse.engine import protocol
from livehouse.engine.protocol import CloseCode, Command, Frame, Push
from tools.generate_inventory import first_sentences, import_everything
from tools.generate_wire_documents import DOCUMENTS
from tools.generate_wire_pages import PAGES

NOTICE = "Made by `make generate`; edit the Python definitions instead."
Message: TypeAlias = type[Struct]

# What the front end calls our messages, where that is not their Python name.
TS_NAMES = {
    "SayLine": "Say",
    "BuyOffer": "Buy",
    "LineSaid": "ChatAnswer",
    "OrderBought": "OrderAnswer",
    "EnterOpening": "Enter",
    "OpeningEntered": "EnterAnswer",
    "OpeningDrawn": "Drawn",
    "JoinDraw": "JoinGame",
    "DrawJoined": "JoinAnswer",
    "DrawResult": "GameResult",
    "Refused": "RefusedAnswer",
    "Ticket": "TicketAnswer",
}
# Texts of which only some occur.
TS_FIELDS = {
    ("You", "role"): "Role",
    ("RunInfo", "kind"): '"live" | "rehearsal"',
    ("RunInfo", "state"): '"live" | "ended"',
    ("ShowInfo", "state"): '"scheduled" | "live" | "ended" | "cancelled"',
}
TS_LINE_CHARACTERS_MAX = 100  # as the formatter of the front end breaks lines
TS_CLOSE = {"PROTOCOL": "protocolError", "TOO_MANY": "tooManyConnections"}


@cache
def commands() -> tuple[Message, ...]:
    import_everything()
    return messages(Command)


@cache
def pushes() -> tuple[Message, ...]:
    import_everything()
    return messages(Push)


def schema() -> str:
    _, messages = schema_components(
        (*commands(), *pushes(), Frame),
        ref_template="#/messages/{name}",
        schema_hook=schema_of,
    )
    return (
        json.dumps(
            {
                "commands": [tag_of(one) for one in commands()],
                "pushes": [tag_of(one) for one in pushes()],
                "close_codes": {code.name.lower(): code.value for code in CloseCode},
                "messages": messages,
            },
            indent=2,
            sort_keys=True,
        )
        + "\n"
    )


def typescript() -> str:
    parts = [
        f"/** The messages of the live connection and the room's documents. {NOTICE} */\n",
        DOCUMENTS,
        *(_interface(one) for one in _with_inner(pushes())),
        _union("ServerMessage", pushes()),
        *(_interface(one) for one in _with_inner(commands())),
        _union("ClientMessage", commands()),
        *(_interface(one) for one in _with_inner((Ticket, ShowInfo))),
        PAGES,
        _close_codes(),
    ]
    return "\n".join(parts)


def _fields(message: Message) -> tuple[ms.Field, ...]:
    found = ms.type_info(message)
    assert isinstance(found, ms.StructType), "only Structs are messages"
    return found.fields


def _doc(message: Message) -> str | None:
    """Its own docstring: a Struct without one shows its parent's."""
    return vars(message).get("__doc__")


def _with_inner(messages: tuple[Message, ...]) -> Iterator[Message]:
    """The messages, each after the Structs that stand in it."""
    seen: set[Message] = set()
    for message in messages:
        for inner in (*_inner(ms.type_info(message)), message):
            if inner not in seen:
                seen.add(inner)
                yield inner


def _inner(kind: ms.Type) -> Iterator[Message]:
    if isinstance(kind, ms.StructType):
        for field in kind.fields:
            yield from _structs(field.type)


def _structs(kind: ms.Type) -> Iterator[Message]:
    if isinstance(kind, ms.UnionType):
        for one in kind.types:
            yield from _structs(one)
    if isinstance(kind, ms.Metadata):
        yield from _structs(kind.type)
    if isinstance(kind, ms.StructType):
        yield from _inner(kind)
        yield kind.cls


def _interface(message: Message) -> str:
    doc = first_sentences(_doc(message))
    tag = message.__struct_config__.tag
    is_command = issubclass(message, Command)
    lines = [f"/** {doc} */"] if doc else []
    lines.append(f"export interface {_name(message)} {{")
    if tag is not None:
        lines.append(f'  type: "{tag}";')
    for field in _fields(message):
        kind = TS_FIELDS.get((message.__name__, field.name)) or _ts(field.type)
        is_unset = field.default is NODEFAULT and field.default_factory is NODEFAULT
        if not field.required and (is_command or is_unset):  # absent says what null would
            lines.append(f"  {field.name}?: {kind.removesuffix(' | null')};")
        else:
            lines.append(f"  {field.name}: {kind};")
    return "\n".join([*lines, "}", ""])


def _union(name: str, messages: tuple[Message, ...]) -> str:
    names = [_name(one) for one in messages]
    line = f"export type {name} = {' | '.join(names)};"
    if len(line) <= TS_LINE_CHARACTERS_MAX:
        return line + "\n"
    return f"export type {name} =\n" + "\n".join(f"  | {one}" for one in names) + ";\n"


def _close_codes() -> str:
    notes = comments_of(CloseCode)
    lines = []
    for code in CloseCode:
        if code.name in notes:
            lines.append(f"  /** {notes[code.name]} */")
        lines.append(f"  {TS_CLOSE.get(code.name) or _camel(code.name)}: {code.value},")
    return "export const CLOSE = {\n" + "\n".join(lines) + "\n} as const;\n"


_TS_PLAIN: Mapping[type[ms.Type], str] = {
    ms.BoolType: "boolean",
    ms.IntType: "number",
    ms.FloatType: "number",
    ms.StrType: "string",
    ms.UUIDType: "string",
    ms.DateTimeType: "string",
    ms.EnumType: "string",
    ms.NoneType: "null",
}


def _ts(kind: ms.Type) -> str:
    match kind:
        case ms.Metadata():
            return _ts(kind.type)
        case ms.StructType():
            return _name(kind.cls)
        case ms.UnionType():
            return " | ".join(_ts(one) for one in kind.types)
        case ms.VarTupleType() | ms.ListType():
            return f"{_ts(kind.item_type)}[]"
        case _:
            return _TS_PLAIN[type(kind)]


def _name(message: Message) -> str:
    return TS_NAMES.get(message.__name__, message.__name__)


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.title() for word in rest)


def comments_of(enum: type[CloseCode]) -> Mapping[str, str]:
    """The comment behind each member, which is its meaning."""
    source = inspect.getsource(protocol).split(f"class {enum.__name__}(", 1)[1]
    found = re.findall(r"^    ([A-Z_]+) = \d+  # (.+)$", source, re.MULTILINE)
    return {name: meaning[0].upper() + meaning[1:] + "." for name, meaning in found}


WIRE: Mapping[str, Callable[[], str]] = {
    "docs/reference/wire.schema.json": schema,
    "frontend/src/generated/wire.ts": typescript,
}
