"""What may be made of a recording, and how it is coming along: words between app and process."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from livehouse.media.after.timeline import Piece
from livehouse.media.specs import RecordingProblem

Moment: TypeAlias = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]


class WholeFile(Struct, frozen=True, tag="whole", forbid_unknown_fields=True):
    """The whole recording as one MP4 file."""


class ClipFile(Struct, frozen=True, tag="clip", forbid_unknown_fields=True):
    """From one moment of the programme (ms) to another, to the picture.

    `begins_with_key` encodes the beginning anew, for sites that do not look at edit lists.
    """

    start_at: Moment
    end_at: Moment
    begins_with_key: bool = False


Work: TypeAlias = WholeFile | ClipFile
WorkState: TypeAlias = Literal["waiting", "working", "done", "failed"]


class WorkStatus(Struct, frozen=True):
    """`progress` is a share of one; `problem` the code of a refusal."""

    state: WorkState
    progress: float = 0.0
    bytes: int = 0
    problem: str = ""


class RecordingInfo(Struct, frozen=True):
    """What is kept of a run: its length without what is missing, and what it takes on the disk."""

    first_at: int
    last_at: int
    ms: int
    bytes: int
    pieces: list[Piece]
    is_on: bool = False
    # Why nothing more is kept, or was kept in the end.
    problem: RecordingProblem = ""
