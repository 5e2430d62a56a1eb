"""What recordings say over HTTP."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.recordings.model import (
    LINE_CHARACTERS_MAX,
    LINES_AT_ONCE_MAX,
    TITLE_CHARACTERS_MAX,
    MadeFile,
    Recording,
)
from livehouse.foundation.ids import RunId

Moment = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]


class SaidLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Words over the picture between two moments of the programme (ms since 1970)."""

    at: Moment
    until: Moment
    text: Annotated[str, Meta(min_length=1, max_length=LINE_CHARACTERS_MAX)]


class SayLines(Struct, frozen=True, forbid_unknown_fields=True):
    lines: Annotated[list[SaidLine], Meta(min_length=1, max_length=LINES_AT_ONCE_MAX)]


class SaidIds(Struct, frozen=True):
    """By what each line can be corrected, in their order."""

    ids: list[int]


class MakeClip(Struct, frozen=True, forbid_unknown_fields=True):
    """Between two moments of the programme (ms since 1970), to the picture. `begins_with_key`
    encodes the beginning anew, for sites that do not look at edit lists."""

    start_at: Moment
    end_at: Moment
    title: Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)] = ""
    begins_with_key: bool = False


class FileInfo(Struct, frozen=True):
    """`state` is waiting, working, done or failed; `progress` a share of one."""

    id: UUID
    kind: str
    title: str
    start_at: int
    end_at: int
    state: str
    progress: float
    bytes: int
    problem: str
    address: str


class RecordingState(Struct, frozen=True):
    """`state` is on while it grows, then kept; `ms` is its length without what is missing."""

    run_id: RunId
    state: str
    ms: int
    bytes: int
    files: list[FileInfo]


class Lines(Struct, frozen=True):
    """Captions of one language by the programme's time, of the last minute or so."""

    lines: list[SaidLine]


class Chapter(Struct, frozen=True):
    """By the recording's own time (ms)."""

    start: int
    end: int
    title: str


class Extras(Struct, frozen=True):
    """What a player may offer beside the picture: chapters, and the languages of captions."""

    chapters: list[Chapter]
    languages: list[str]


def file_info(file: MadeFile) -> FileInfo:
    return FileInfo(
        file.id, file.kind, file.title, file.start_at, file.end_at, file.state,
        file.progress / 1000, file.bytes, file.problem,
        file.address if file.state == "done" else "",
    )  # fmt: skip


def recording_state(recording: Recording, files: list[MadeFile]) -> RecordingState:
    return RecordingState(
        recording.run_id, recording.state, recording.ms, recording.bytes,
        [file_info(file) for file in files],
    )  # fmt: skip
