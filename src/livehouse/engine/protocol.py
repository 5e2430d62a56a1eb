"""The live connection's words: frames, commands from clients, pushes to them, reasons to close."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.json import Decoder, Encoder

from livehouse.engine import limits
from livehouse.engine.canonical import State

# Something that passes: chat, a purchase shown. Its first element is an id whose first character
# tells the kind, so that `retract` can name it.
Say: TypeAlias = tuple[str | int | bool, ...]

# picows writes the WebSocket header in front of the payload, in the same memory: no copy a viewer.
HEADROOM_BYTES = 14


class CloseCode(IntEnum):
    """Why the server ended a connection; clients act on these numbers."""

    UNSUPPORTED = 1003  # binary or fragmented messages: speak plain text frames
    TOO_BIG = 1009  # a message is larger than the server reads
    RESTART = 1012  # come back after the `retry_ms` of the reason
    PROTOCOL = 4000  # what came makes no sense here, again and again
    JOIN_DEADLINE = 4001  # `join` did not come in time
    BAD_TICKET = 4002  # fetch a new ticket and come back
    NO_SUCH_RUN = 4003  # do not come back
    TOO_SLOW = 4004  # come back with `since`
    BANNED = 4005  # the staff took the right to be here
    RUN_ENDED = 4006  # the show is over
    TOO_MANY = 4007  # this node or this address holds as many as it may
    SILENT = 4008  # nothing heard, not even an answer to a ping; usually nobody reads this


class Frame(Struct, frozen=True, omit_defaults=True):
    """What changed in a room within one tick; a keyframe holds the whole state instead."""

    n: int
    epoch: int
    at: int  # programme time in ms
    patch: Mapping[str, object] = field(default_factory=dict)
    state: State | UnsetType = UNSET
    says: tuple[Say, ...] = ()
    retract: tuple[str, ...] = ()
    hash: str = ""
    tick: int = limits.TICK_MS  # how soon the next one comes while something changes, in ms


class Command(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """A request from a client. Unknown fields are refused: they hide typos."""


class Push(Struct, frozen=True, tag_field="type"):
    """An answer or a notice to one client. Clients ignore unknown fields: we may be newer."""


class Join(Command, frozen=True, tag="join"):
    """The first message: who I am, and the last frame that I have seen."""

    ticket: Annotated[str, Meta(max_length=2_048)]
    since: Annotated[int, Meta(ge=0, le=limits.INTEGER_MAX)] | None = None


class Like(Command, frozen=True, tag="room.like"):
    """Hearts since the last message; they are summed and never answered."""

    count: Annotated[int, Meta(ge=1, le=limits.LIKES_PER_MESSAGE_MAX)]


class Ping(Command, frozen=True, tag="ping"):
    """Is anyone there, and what time is it?"""


class You(Struct, frozen=True):
    """Who the server takes the client for."""

    id: str
    name: str
    role: str
    signed_in: bool


class Welcome(Push, frozen=True, tag="welcome"):
    """You are in; frames follow. `resume` is the ticket to come back with for a while (empty: get
    one at the door), and who loses us without a word comes back at a random moment within
    `scatter_ms`."""

    you: You
    server_ms: int
    tick_ms: int
    epoch: int
    resume: str = ""
    scatter_ms: int = limits.SCATTER_MS_MIN


class Keep(Push, frozen=True, tag="resume"):
    """What `welcome` said about coming back, anew, because the old ticket grows old."""

    resume: str
    scatter_ms: int


class Refused(Push, frozen=True, tag="refused"):
    """No, and why; `code` is stable, `message` is in the viewer's language."""

    id: str
    code: str
    message: str


class Pong(Push, frozen=True, tag="pong"):
    server_ms: int


encode = Encoder().encode
decode_frame = Decoder(Frame).decode


def is_key(frame: Frame) -> bool:
    return frame.state is not UNSET


def parcel(payload: bytes) -> bytearray:
    """The payload ready for every viewer, with room for the transport's header in front."""
    return bytearray(HEADROOM_BYTES) + payload
