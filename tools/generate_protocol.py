"""Writes the protocol's reference, its AsyncAPI document, and examples to test clients with."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zlib import adler32, crc32

from msgspec import Struct
from msgspec import inspect as ms
from msgspec.json import encode

from livehouse.app.asyncapi import ANSWERS, asyncapi, messages, tag_of
from livehouse.engine import limits
from livehouse.engine.canonical import State, canonical, hash_of
from livehouse.engine.patches import apply
from livehouse.engine.posts import Answers, Signals
from livehouse.engine.protocol import CloseCode, Command, Frame, Push, You
from livehouse.engine.segments import Segment
from livehouse.engine.shelves import Index
from livehouse.web import limits as web_limits
from tools.generate_inventory import import_everything, table
from tools.generate_wire import NOTICE, comments_of
from tools.generate_wire_documents import DOCUMENTS

HERE = Path(__file__).parent
CHAPTERS = ("wire_reference.md", "wire_reference_http.md")

# What clients do after each code, as in `client/returning.py` and the front end's `reconnect.ts`.
AFTER_CLOSE: Mapping[CloseCode, str] = {
    CloseCode.UNSUPPORTED: "Mend the client.",
    CloseCode.TOO_BIG: "Mend the client; come back with backoff.",
    CloseCode.RESTART: 'The reason is `{"retry_ms": …}`: come back then, with `since`.',
    CloseCode.PROTOCOL: "Give up what was asked; come back with backoff, without `since`.",
    CloseCode.JOIN_DEADLINE: "Come back with backoff.",
    CloseCode.BAD_TICKET: "Fetch a new ticket; come back with backoff.",
    CloseCode.NO_SUCH_RUN: "Stay away.",
    CloseCode.TOO_SLOW: "Come back with backoff, with `since`; read faster.",
    CloseCode.BANNED: "Stay away.",
    CloseCode.RUN_ENDED: "Stay away; the show's page tells where the recording is.",
    CloseCode.TOO_MANY: (
        'The reason may be `{"carrier": "http", "retry_ms": …}`: follow over HTTP meanwhile, and'
        " try the socket again after that; else come back after 5 s and backoff."
    ),
    CloseCode.SILENT: "Come back with backoff, with `since`.",
}
OFFER = "01890a5d-ac96-774b-bcce-b302099a8057"
BEFORE: State = {"counts": {"likes": 41, "viewers": 7}, "stage": {"pin": ""}}
EXAMPLE = Frame(
    n=1_042,
    epoch=3,
    at=1_795_420_800_250,
    patch={"counts": {"likes": 44}, "stage": {"pin": OFFER}},
    says=(("c0198…", "u0197…", "Ann", "is it warm?", "viewer"),),
)
WORKED: State = {"show": {"title": 'Tea "at\nDusk" 茶 🍵', "on": True}, "left": 3, "é": -1}
STATES: tuple[State, ...] = (
    {},
    WORKED,
    BEFORE,
    {"b": 1, "a": {"z": False, "y": "\u0001\t\\"}, "": "empty"},
    {"\uffff": 1, "🍵": 2, "10": 3, "9": 4},
    {"n": limits.INTEGER_MAX, "m": -limits.INTEGER_MAX, "deep": {"er": {"and": {"deeper": {}}}}},
)
PATCHES: tuple[tuple[State, Mapping[str, object]], ...] = (
    (BEFORE, {}),
    (BEFORE, {"counts": {"likes": 44}}),
    (BEFORE, {"counts": None}),
    (BEFORE, {"stage": "none"}),
    (BEFORE, {"counts": {"likes": {"by": {"ann": 1, "bob": None}}}, "gone": None}),
)


def reference() -> str:
    import_everything()
    told = {
        "notice": NOTICE,
        "frame": _fields(Frame),
        "example_frame": encode(EXAMPLE).decode(),
        "worked_hash": _worked_hash(),
        "documents": _room_documents(),
        "commands": "\n".join(_message(one) for one in messages(Command)),
        "pushes": "\n".join((*map(_message, messages(Push)), _inner(You))),
        "close_codes": _close_codes(),
        "segment": _inner(Segment),
        "index": _inner(Index),
        "signals": _fields(Signals),
        "answers": _fields(Answers),
        "segment_wait": f"{limits.SEGMENT_SECONDS_MAX:g}",
        "strike_seconds": f"{1 / limits.STRIKES_PER_SECOND:g}",
    }
    bounds = {**vars(web_limits), **vars(limits)}.items()
    told |= {name: f"{value:,}" for name, value in bounds if isinstance(value, int | float)}
    text, chapter = ((HERE / name).read_text(encoding="utf-8") for name in CHAPTERS)
    text = text.replace("{{http}}\n", chapter)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: told[found[1]].rstrip("\n"), text)


def asyncapi_document() -> str:
    import_everything()
    return json.dumps(asyncapi(), indent=2, ensure_ascii=False) + "\n"


def vectors() -> str:
    """States with their canonical form and hash, patches, and a log with what becomes of it."""
    examples = {
        "hashes": [
            {"state": state, "canonical": canonical(state).decode(), "hash": hash_of(state)}
            for state in STATES
        ],
        "patches": [
            {"before": before, "patch": patch, "after": apply(before, patch)}
            for before, patch in PATCHES
        ],
        "log": _log(),
    }
    return json.dumps(examples, indent=2, ensure_ascii=False) + "\n"


def _log() -> list[dict[str, object]]:
    """Frames as they may arrive; what a client does with each: `follow`, `pass`, or `resync`."""
    first: State = {"counts": {"likes": 1}, "show": {"state": "live"}}
    second: State = {"counts": {"likes": 2}, "show": {"state": "live"}}
    last: State = {"counts": {"likes": 9}, "show": {"state": "ended"}}
    steps = (
        (Frame(n=7, epoch=1, at=1_000, state=first, hash=hash_of(first)), "follow", first),
        (Frame(n=8, epoch=1, at=1_250, patch={"counts": {"likes": 2}}), "follow", second),
        (Frame(n=8, epoch=1, at=1_250, patch={"counts": {"likes": 2}}), "pass", second),
        (Frame(n=9, epoch=2, at=1_500, hash=hash_of(second)), "follow", second),
        (Frame(n=10, epoch=1, at=1_510, patch={"counts": {"likes": 5}}), "pass", second),
        (Frame(n=12, epoch=2, at=2_000, patch={"counts": {"likes": 8}}), "resync", second),
        (Frame(n=10, epoch=2, at=1_750, hash=hash_of(first)), "resync", None),
        (Frame(n=13, epoch=2, at=2_250, state=last, hash=hash_of(last)), "follow", last),
    )
    return [
        {"frame": json.loads(encode(frame)), "do": do, "state_after": after}
        for frame, do, after in steps
    ]


def _message(message: type[Struct]) -> str:
    told = " ".join((vars(message).get("__doc__") or "").split())
    answer = ANSWERS.get(tag_of(message)) if issubclass(message, Command) else None
    answered = f" Answered by `{answer}` or `refused`." if answer else ""
    return f"### `{tag_of(message)}`\n\n{told}{answered}\n\n{_fields(message)}"


def _inner(struct: type[Struct]) -> str:
    told = " ".join((struct.__doc__ or "").split())
    return f"### {struct.__name__}\n\n{told}\n\n{_fields(struct)}"


def _fields(struct: type[Struct]) -> str:
    found = ms.type_info(struct)
    assert isinstance(found, ms.StructType), "only Structs have fields"
    rows = [
        (
            f"`{field.name}`",
            _shape(field.type) + ("" if field.required else ", may be absent"),
            " ".join(_meanings(field.type)),
        )
        for field in found.fields
    ]
    return table(("Field", "Type", "Meaning"), *rows) if rows else ""


_PLAIN: Mapping[type[ms.Type], str] = {
    ms.BoolType: "boolean",
    ms.UUIDType: "UUID",
    ms.NoneType: "null",
    ms.DictType: "object",
    ms.CustomType: "any value",
    ms.AnyType: "any value",
    ms.RawType: "message",
}


def _shape(kind: ms.Type) -> str:
    match kind:
        case ms.Metadata():
            return _shape(kind.type)
        case ms.StructType():
            return kind.cls.__name__
        case ms.IntType():
            return f"integer{_bounds(kind.ge, kind.le)}"
        case ms.StrType():
            return f"string{_bounds(kind.min_length, kind.max_length, ' characters')}"
        case ms.UnionType():
            return " or ".join(dict.fromkeys(_shape(one) for one in kind.types))
        case ms.VarTupleType() | ms.ListType():
            return f"list of ({_shape(kind.item_type)})"
        case _:
            return _PLAIN[type(kind)]


def _bounds(least: int | None, most: int | None, unit: str = "") -> str:
    parts = [f"at least {least:,}"] if least is not None else []
    parts += [f"at most {most:,}{unit}"] if most is not None else []
    return f", {', '.join(parts)}" if parts else ""


def _meanings(kind: ms.Type) -> Iterator[str]:
    if isinstance(kind, ms.UnionType):
        for one in kind.types:
            yield from _meanings(one)
    if isinstance(kind, ms.Metadata):
        yield str((kind.extra_json_schema or {}).get("description", ""))


def _close_codes() -> str:
    meanings = comments_of(CloseCode)
    rows = [
        (str(code.value), f"`{code.name.lower()}`", meanings[code.name], AFTER_CLOSE[code])
        for code in CloseCode
    ]
    return table(("Code", "Name", "Meaning", "What to do"), *rows)


def _worked_hash() -> str:
    written = canonical(WORKED)
    return (
        f"state      {json.dumps(WORKED, ensure_ascii=False)}\n"
        f"canonical  {written.decode()}\n"
        f"crc32      {crc32(written):08x}\nadler32    {adler32(written):08x}\n"
        f"hash       {hash_of(WORKED)}"
    )


def _room_documents() -> str:
    """The room's own documents, as the front end's types have them."""
    found = re.findall(
        r"^export (interface (?:RoomState|Offer) \{.*?^\})", DOCUMENTS, re.MULTILINE | re.DOTALL
    )
    return "\n".join(reversed(found))


PROTOCOL: Mapping[str, Callable[[], str]] = {
    "docs/reference/wire.md": reference,
    "docs/reference/wire.vectors.json": vectors,
    "docs/reference/asyncapi.json": asyncapi_document,
}
