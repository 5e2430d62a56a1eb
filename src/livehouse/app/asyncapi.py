"""The live connection described for machines (AsyncAPI 3): `/schema/asyncapi.json`."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, TypeVar

import msgspec
from litestar import get
from litestar.response import Response
from msgspec import Struct
from msgspec.json import schema_components

from livehouse.engine.protocol import Command, Frame, Push

M = TypeVar("M", bound=Struct)
Document: TypeAlias = Mapping[str, object]

VERSION = "1.0.0"
# Which push answers which command; any of them may be answered by `refused` instead.
ANSWERS: Mapping[str, str] = {
    "join": "welcome",
    "ping": "pong",
    "chat.say": "chat.said",
    "orders.buy": "orders.bought",
    "orders.enter": "orders.entered",
    "crowd.ask": "crowd.noted",
    "crowd.raise": "crowd.noted",
    "crowd.answer": "crowd.answered",
    "crowd.grab": "crowd.grabbed",
    "play.join": "play.joined",
    "play.vote": "play.voted",
}
_UNANSWERED = {"room.like", "room.clap"}
_ABOUT = (
    "One room of one show. The first message is `join`; then frames follow, made once for all"
    " viewers. In words: docs/reference/wire.md. Operations are the server's: it receives what"
    " clients send."
)


def messages(base: type[M]) -> tuple[type[M], ...]:
    """Our commands, or our pushes, in the order of their tags."""
    return tuple(sorted(_descendants(base), key=tag_of))


def tag_of(message: type[Struct]) -> str:
    return str(message.__struct_config__.tag or message.__name__.lower())


def asyncapi() -> Document:
    """The whole document, from the Structs that the server reads and writes."""
    commands, pushes = messages(Command), messages(Push)
    everything: tuple[type[Struct], ...] = (*commands, *pushes, Frame)
    assert {tag_of(one) for one in commands} == {*ANSWERS, *_UNANSWERED}, "say what answers it"
    _, schemas = schema_components(
        everything, ref_template="#/components/schemas/{name}", schema_hook=schema_of
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Livehouse rooms", "version": VERSION, "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {"house": {"host": "localhost:8080", "protocol": "ws"}},
        "channels": {"room": _channel(everything)},
        "operations": {
            **{f"receive.{tag_of(one)}": _received(tag_of(one)) for one in commands},
            "send.frame": _sent("frame"),
            **{f"send.{tag_of(one)}": _sent(tag_of(one)) for one in pushes},
        },
        "components": {
            "messages": {tag_of(one): _message(one) for one in everything},
            "schemas": schemas,
        },
    }


def schema_of(kind: type) -> dict[str, object]:
    """What msgspec cannot describe: any value that may stand in a patch."""
    if kind is object:
        return {"type": ["object", "string", "boolean", "integer", "null"]}
    raise NotImplementedError(f"{kind} has no schema here yet")


@get("/schema/asyncapi.json", include_in_schema=False, sync_to_thread=False)
def asyncapi_json() -> Response[bytes]:
    """The messages of the live connection, for generators of clients."""
    return Response(msgspec.json.encode(asyncapi()), media_type="application/json")


def _channel(everything: tuple[type[Struct], ...]) -> Document:
    about = "The run's id: `run.id` of `GET /api/shows/{slug}`."
    return {
        "address": "/live/{run}",
        "parameters": {"run": {"description": about}},
        "servers": [{"$ref": "#/servers/house"}],
        "messages": {
            tag_of(one): {"$ref": f"#/components/messages/{tag_of(one)}"} for one in everything
        },
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def _message(message: type[Struct]) -> Document:
    told = " ".join((vars(message).get("__doc__") or "").split())
    return {
        "name": tag_of(message),
        "title": message.__name__,
        "summary": told,
        "payload": {"$ref": f"#/components/schemas/{message.__name__}"},
    }


def _received(tag: str) -> Document:
    operation: dict[str, object] = {"action": "receive", **_of(tag)}
    if tag in ANSWERS:
        answers = [_channel_message(ANSWERS[tag]), _channel_message("refused")]
        operation["reply"] = {"channel": {"$ref": "#/channels/room"}, "messages": answers}
    return operation


def _sent(tag: str) -> Document:
    return {"action": "send", **_of(tag)}


def _of(tag: str) -> dict[str, object]:
    return {"channel": {"$ref": "#/channels/room"}, "messages": [_channel_message(tag)]}


def _channel_message(tag: str) -> Document:
    return {"$ref": f"#/channels/room/messages/{tag}"}


def _descendants(base: type[M]) -> Iterator[type[M]]:
    for child in base.__subclasses__():
        if child.__module__.startswith("livehouse."):
            yield child
        yield from _descendants(child)
