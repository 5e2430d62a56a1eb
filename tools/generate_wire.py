"""Writes the schema, the reference and the TypeScript types of the live connection."""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from msgspec import Struct
from msgspec import inspect as ms
from msgspec.json import schema_components

from livehouse.domains.people.wire import Ticket
from livehouse.domains.shows.wire import ShowInfo
from livehouse.engine import protocol
from livehouse.engine.protocol import CloseCode, Command, Frame, Push
from tools.generate_inventory import descendants, first_sentences, import_everything, table
from tools.generate_wire_documents import DOCUMENTS, PAGES

NOTICE = "Made by `make generate`; edit the Python definitions instead."
Message: TypeAlias = type[Struct]

# What the front end calls our messages, where that is not their Python name.
TS_NAMES = {
    "SayLine": "Say",
    "BuyOffer": "Buy",
    "LineSaid": "ChatAnswer",
    "OrderBought": "OrderAnswer",
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
    return _messages(Command)


@cache
def pushes() -> tuple[Message, ...]:
    return _messages(Push)


def schema() -> str:
    _, messages = schema_components(
        (*commands(), *pushes(), Frame),
        ref_template="#/messages/{name}",
        schema_hook=_schema_of,
    )
    return (
        json.dumps(
            {
                "commands": [_tag(one) for one in commands()],
                "pushes": [_tag(one) for one in pushes()],
                "close_codes": {code.name.lower(): code.value for code in CloseCode},
                "messages": messages,
            },
            indent=2,
            sort_keys=True,
        )
        + "\n"
    )


def reference() -> str:
    notes = _comments_of(CloseCode)
    close = [(str(c.value), f"`{c.name.lower()}`", notes.get(c.name, "")) for c in CloseCode]
    return (
        f"# The live connection\n\n<!-- {NOTICE} -->\n\n"
        "WebSocket `/live/{run}`, text messages of JSON. The client's first message is `join`,\n"
        "with a ticket from `POST /api/tickets`; then frames follow, made once for all viewers.\n"
        "Types: `wire.schema.json`. Ids are UUIDs in text, moments are milliseconds since 1970.\n\n"
        "## What clients send\n\n" + _list(commands()) + "\n## What the server sends\n\n"
        "A frame has no `type`: `n` counts without gaps, `at` is programme time in ms, `patch` is\n"
        "a merge patch (RFC 7396) to the room's document, `says` is what passes (chat, orders),\n"
        "`retract` names what is taken back. A keyframe has `state`, the whole document, in place\n"
        "of `patch`. `hash` is over the state's sorted-key JSON. All else has a `type`:\n\n"
        + _list(pushes())
        + "\n## Why a connection is closed\n\n"
        + table(("Code", "Name", "Meaning"), *close)
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


def _schema_of(kind: type) -> dict[str, object]:
    if kind is object:
        return {"type": ["object", "string", "boolean", "integer", "null"]}
    raise NotImplementedError(f"{kind} has no schema here yet")


def _messages(base: Message) -> tuple[Message, ...]:
    import_everything()
    return tuple(sorted(descendants(base), key=_tag))


def _tag(message: Message) -> str:
    return str(message.__struct_config__.tag)


def _list(messages: tuple[Message, ...]) -> str:
    rows = [
        (f"`{_tag(one)}`", ", ".join(_signature(one)) or "–", first_sentences(_doc(one)))
        for one in messages
    ]
    return table(("Type", "Fields", "Meaning"), *rows)


def _signature(message: Message) -> Iterator[str]:
    for field in _fields(message):
        optional = "" if field.required else "?"
        yield f"`{field.name}{optional}: {_ts(field.type).replace('|', '/')}`"


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
        if is_command and not field.required:  # absent says what null would
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
    notes = _comments_of(CloseCode)
    lines = []
    for code in CloseCode:
        if code.name in notes:
            lines.append(f"  /** {notes[code.name]} */")
        lines.append(f"  {TS_CLOSE.get(code.name) or _camel(code.name)}: {code.value},")
    return "export const CLOSE = {\n" + "\n".join(lines) + "\n} as const;\n"


def _ts(kind: ms.Type) -> str:
    match kind:
        case ms.StructType():
            return _name(kind.cls)
        case ms.BoolType():
            return "boolean"
        case ms.IntType() | ms.FloatType():
            return "number"
        case ms.StrType() | ms.UUIDType() | ms.DateTimeType() | ms.EnumType():
            return "string"
        case ms.NoneType():
            return "null"
        case ms.UnionType():
            return " | ".join(_ts(one) for one in kind.types)
        case ms.VarTupleType() | ms.ListType():
            return f"{_ts(kind.item_type)}[]"
        case _:
            raise NotImplementedError(f"{kind} has no TypeScript here yet")


def _name(message: Message) -> str:
    return TS_NAMES.get(message.__name__, message.__name__)


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.title() for word in rest)


def _comments_of(enum: type[CloseCode]) -> Mapping[str, str]:
    """The comment behind each member, which is its meaning."""
    source = inspect.getsource(protocol).split(f"class {enum.__name__}(", 1)[1]
    found = re.findall(r"^    ([A-Z_]+) = \d+  # (.+)$", source, re.MULTILINE)
    return {name: meaning[0].upper() + meaning[1:] + "." for name, meaning in found}


WIRE: Mapping[str, Callable[[], str]] = {
    "docs/reference/wire.schema.json": schema,
    "docs/reference/wire.md": reference,
    "frontend/src/generated/wire.ts": typescript,
}
