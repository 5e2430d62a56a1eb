"""A room's log cut into pieces of two seconds, each of which can be read by itself. Pure.

A segment begins with a keyframe and never changes once it is whole, so any cache can carry it.
Everybody who cuts the same log makes the same bytes.
"""

import gzip
from collections.abc import Iterable, Mapping
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from livehouse.engine.canonical import State, hash_of, is_over
from livehouse.engine.folding import follow
from livehouse.engine.limits import SEGMENT_MS
from livehouse.engine.protocol import Frame, Say, is_key
from livehouse.foundation.frames import Packed

# A line of chat is (id, author, name, text, …); what else passes has another first letter.
CHAT = "c"
_NAME_AT = 2
_LINE_PARTS_MIN = 4

_COMPRESSION = 6
# Objects were built in another order by whoever followed another way; written they are the same.
_encode = Encoder(order="deterministic").encode

Names: TypeAlias = Mapping[str, str]


class Segment(Struct, frozen=True):
    """`GET /live/{run}/frames/{segment}.json`: the frames whose `at` lies in these two seconds.

    The first frame is a keyframe, all others are as in the log. Lines of chat stand without their
    author's name: `names` tells it by the author's id, as long as the segment is of a show that is
    on; later it is in `names.json`. What was taken back meanwhile is missing from `says`.
    """

    segment: Annotated[int, Meta(description="Its number.")]
    revision: Annotated[int, Meta(description="How often it was written anew.")] = 0
    names: (
        Annotated[Names, Meta(description="Names of those who speak in it, by person id.")]
        | UnsetType
    ) = UNSET
    frames: Annotated[tuple[Frame, ...], Meta(description="In order; may be empty.")] = ()


_decode = Decoder(Segment).decode


def segment_of(at_ms: int) -> int:
    """The number of the segment that a moment of programme time lies in."""
    return at_ms // SEGMENT_MS


def start_of(number: int) -> int:
    return number * SEGMENT_MS


def cut(number: int, before: State | None, frames: Iterable[Frame]) -> tuple[Segment, State | None]:
    """The segment of these frames, all of which lie in it, and the state after them.

    `before` is the state that the first frame's patch applies to; None where it is a keyframe.
    """
    inside = [*frames]
    if not inside:
        return Segment(number, names={}), before
    first, *others = inside
    state = follow(before, first)
    opening = replace(first, patch={}, state=state, hash=hash_of(state))
    for frame in others:
        state = follow(state, frame)
    whole = (opening, *others)
    gone = frozenset(name for frame in whole for name in frame.retract)
    names: dict[str, str] = {}
    told = tuple(_told(frame, gone, names) for frame in whole)
    return Segment(number, names=names, frames=told), state


def without(segment: Segment, gone: frozenset[str], revision: int) -> Segment:
    """The segment anew, with `gone` taken out of what passes in it."""
    frames = tuple(_told(frame, gone, {}) for frame in segment.frames)
    return replace(segment, revision=revision, frames=frames)


def is_over_in(frame: Frame) -> bool:
    """Whether this frame is the run's last: it sets the show's state to ended."""
    told = frame.state if is_key(frame) else frame.patch
    assert isinstance(told, dict), "a frame has a patch or a state"
    return is_over(told)


def says_of(segment: Segment) -> frozenset[str]:
    return frozenset(str(say[0]) for frame in segment.frames for say in frame.says)


def nameless(segment: Segment) -> Segment:
    """As it is kept: who spoke is an id, so that erasing a person's name rewrites nothing."""
    return replace(segment, names=UNSET)


def pack(segment: Segment) -> Packed:
    # No time and no file name in the head: the same frames are the same bytes on every node.
    return Packed(gzip.compress(_encode(segment), _COMPRESSION, mtime=0), says_of(segment))


def unpack(body: bytes) -> Segment:
    return _decode(gzip.decompress(body))


def _told(frame: Frame, gone: frozenset[str], names: dict[str, str]) -> Frame:
    if not frame.says:
        return frame
    says = tuple(_nameless(say, names) for say in frame.says if say[0] not in gone)
    return replace(frame, says=says)


def _nameless(say: Say, names: dict[str, str]) -> Say:
    if len(say) < _LINE_PARTS_MIN or not str(say[0]).startswith(CHAT):
        return say
    if say[_NAME_AT]:
        names[str(say[1])] = str(say[_NAME_AT])
    return (*say[:_NAME_AT], "", *say[_NAME_AT + 1 :])
