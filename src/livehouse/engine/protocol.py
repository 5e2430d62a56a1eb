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
    TOO_MANY = 4007  # as many as may be are here, the reason says of what: follow by its `carrier`
    SILENT = 4008  # nothing heard, not even an answer to a ping; usually nobody reads this


class Frame(Struct, frozen=True, omit_defaults=True):
    """What changed in a room within one tick; a keyframe holds the whole state instead."""

    n: Annotated[int, Meta(description="Counts the run's frames without gaps, from 1.")]
    epoch: Annotated[int, Meta(description="Which conductor made it; never goes back.")]
    at: Annotated[int, Meta(description="Programme time in ms since 1970; it always grows.")]
    patch: Annotated[
        Mapping[str, object], Meta(description="Merge patch (RFC 7396) to the state before.")
    ] = field(default_factory=dict)
    state: (
        Annotated[State, Meta(description="The whole state, in place of a patch: a keyframe.")]
        | UnsetType
    ) = UNSET
    says: Annotated[
        tuple[Say, ...], Meta(description="What passes: lines of chat, purchases shown.")
    ] = ()
    retract: Annotated[
        tuple[str, ...], Meta(description="Ids of says that are taken back: hide them.")
    ] = ()
    hash: Annotated[
        str, Meta(description="Of the state after this frame; on keyframes and some others.")
    ] = ""
    tick: Annotated[
        int, Meta(description="How soon the next one comes while something changes, in ms.")
    ] = limits.TICK_MS


class Command(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """A request from a client. Unknown fields are refused: they hide typos."""


class Push(Struct, frozen=True, tag_field="type"):
    """An answer or a notice to one client. Clients ignore unknown fields: we may be newer."""


class Join(Command, frozen=True, tag="join"):
    """The first message: who I am, and the last frame that I have seen."""

    ticket: Annotated[
        str, Meta(max_length=2_048, description="From `POST /api/tickets`, or `resume`.")
    ]
    since: (
        Annotated[
            int, Meta(ge=0, le=limits.INTEGER_MAX, description="`n` of the last frame followed.")
        ]
        | None
    ) = None


class Like(Command, frozen=True, tag="room.like"):
    """Hearts since the last message; they are summed and never answered."""

    count: Annotated[int, Meta(ge=1, le=limits.LIKES_PER_MESSAGE_MAX, description="How many.")]


class Clap(Command, frozen=True, tag="room.clap"):
    """Claps since the last message, while the host asks for applause; counted as hearts are."""

    count: Annotated[int, Meta(ge=1, le=limits.LIKES_PER_MESSAGE_MAX, description="How many.")]


class Ping(Command, frozen=True, tag="ping"):
    """Is anyone there, and what time is it?"""


ServerMs: TypeAlias = Annotated[int, Meta(description="The server's time in ms since 1970.")]
Resume: TypeAlias = Annotated[str, Meta(description="The ticket for the next join; may be empty.")]
ScatterMs: TypeAlias = Annotated[
    int, Meta(description="Lost without a close frame, come back within so long, at random.")
]


class You(Struct, frozen=True):
    """Who the server takes the client for."""

    id: Annotated[str, Meta(description="`u…` a person, `g…` a guest's browser, or empty.")]
    name: Annotated[str, Meta(description="What others see; empty for guests.")]
    role: Annotated[str, Meta(description="`guest`, `viewer`, `moderator` or `host`.")]
    signed_in: Annotated[bool, Meta(description="Guests watch and like; only people talk and buy.")]


class Welcome(Push, frozen=True, tag="welcome"):
    """You are in; frames follow. `resume` is the ticket to come back with for a while (empty: get
    one at the door), and who loses us without a word comes back at a random moment within
    `scatter_ms`."""

    you: You
    server_ms: ServerMs
    tick_ms: Annotated[int, Meta(description="Frames come at most so often.")]
    epoch: Annotated[int, Meta(description="The conductor's, as in frames.")]
    resume: Resume = ""
    scatter_ms: ScatterMs = limits.SCATTER_MS_MIN


class Keep(Push, frozen=True, tag="resume"):
    """What `welcome` said about coming back, anew, because the old ticket grows old."""

    resume: Resume
    scatter_ms: ScatterMs


class Refused(Push, frozen=True, tag="refused"):
    """No, and why; `code` is stable, `message` is in the viewer's language."""

    id: Annotated[str, Meta(description="Of the request; empty where it had none we could read.")]
    code: Annotated[str, Meta(description="One of `refusals.md`; programs go by it.")]
    message: Annotated[str, Meta(description="For people.")]
    retry_ms: (
        Annotated[int, Meta(description="So long until it may be asked again.")] | UnsetType
    ) = UNSET


class Pong(Push, frozen=True, tag="pong"):
    """Someone is there."""

    server_ms: ServerMs


encode = Encoder().encode
decode_frame = Decoder(Frame).decode


def is_key(frame: Frame) -> bool:
    return frame.state is not UNSET


def parcel(payload: bytes) -> bytearray:
    """The payload ready for every viewer, with room for the transport's header in front."""
    return bytearray(HEADROOM_BYTES) + payload
