"""Recordings, chapters and captions. Pure: no clock, no database, no network.

Moments are programme time, in ms since 1970, wherever they are kept; a recording's own time leaves
out what was not recorded, and begins at 0.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from livehouse.domains.recordings.errors import BrokenCaptions, TooManyCaptions
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RunId
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
LINE_CHARACTERS_MAX = 400
CAPTION_LINES_MAX = 20_000
CAPTION_BYTES_MAX = 2 * 1024 * 1024
LINES_AT_ONCE_MAX = 100
LANGUAGES_MAX = 20
FILES_MAX = 50
CLIP_MS_MIN = 100
CLIP_MS_MAX = 60 * 60 * 1000
# A line that says no end stands so long; no line stands longer than that.
CAPTION_MS_MAX = 30_000
# Of two chapters that begin so close together the later stays.
CHAPTER_MS_MIN = 5_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_STAMP = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"\s*{_STAMP}[ \t]+-->[ \t]+{_STAMP}(?:[ \t].*)?")
_TYPED = re.compile(r"(?:(\d{1,3}):)?(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?")
_TAG = re.compile(r"<[^>]{0,200}>")
_BETWEEN = re.compile(r"\n[ \t]*\n")
_TIMES_GROUPS = 4

FileKind: TypeAlias = Literal["whole", "clip"]
FileState: TypeAlias = Literal["waiting", "working", "done", "failed", "unwanted"]
RecordingState: TypeAlias = Literal["on", "kept", "unwanted", "gone"]


class Piece(Struct, frozen=True):
    """A stretch that goes evenly: what was shown `at` is at `starts` and lasts so many ms."""

    at: int
    starts: int
    lasts: int


class Recording(Struct, frozen=True):
    run_id: RunId
    state: RecordingState
    ms: int
    bytes: int
    pieces: tuple[Piece, ...]
    # Why nothing more is kept, or was in the end: a code of the media process.
    problem: str = ""


class MadeFile(Struct, frozen=True):
    """A file made of a recording, or on its way; `progress` in thousandths."""

    id: UUID
    run_id: RunId
    kind: FileKind
    title: str
    start_at: int
    end_at: int
    begins_with_key: bool
    state: FileState
    progress: int
    bytes: int
    problem: str
    created_at: datetime

    @property
    def name(self) -> str:
        """Under which the media process keeps it."""
        return "whole" if self.kind == "whole" else str(self.id)

    @property
    def address(self) -> str:
        return f"/live/{self.run_id}/files/made-{self.name}.mp4"

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed"}


class Mark(Struct, frozen=True):
    """Something began in the show, at that moment of the programme."""

    at: int
    title: str


class CaptionLine(Struct, frozen=True):
    at: int
    until: int
    text: str


class Cue(Struct, frozen=True):
    """Words over a stretch of a recording, in its own time (ms)."""

    start: int
    end: int
    text: str


def recorded_ms(pieces: Sequence[Piece], at: int) -> int:
    """Where a moment is in the recording; one that is missing is where it goes on."""
    place = 0
    for piece in pieces:
        if at < piece.at:
            break
        place = piece.starts + min(at - piece.at, piece.lasts)
    return place


def programme_at(pieces: Sequence[Piece], ms: int) -> int:
    """Which moment is shown there."""
    if not pieces:
        return ms
    piece = next((one for one in reversed(pieces) if one.starts <= ms), pieces[0])
    return piece.at + min(max(ms - piece.starts, 0), piece.lasts)


def chapters(marks: Iterable[Mark], recording: Recording) -> list[Cue]:
    """What the show did, one after the other: each chapter lasts until the next begins."""
    begun: list[tuple[int, str]] = []
    for mark in sorted(marks, key=lambda one: one.at):
        start = recorded_ms(recording.pieces, mark.at)
        if begun and begun[-1][1] == mark.title:
            continue
        if begun and start - begun[-1][0] < CHAPTER_MS_MIN:
            begun.pop()
        if not begun or begun[-1][1] != mark.title:
            begun.append((start, mark.title))
    ends = [start for start, _ in begun[1:]] + [recording.ms] * bool(begun)
    return [
        Cue(start, end, title)
        for (start, title), end in zip(begun, ends, strict=True)
        if end > start
    ]


def cues_of(lines: Iterable[CaptionLine], recording: Recording) -> list[Cue]:
    """Captions in the recording's own time; those of what is missing are left out."""
    found = (
        Cue(
            recorded_ms(recording.pieces, line.at),
            recorded_ms(recording.pieces, line.until),
            line.text,
        )
        for line in lines
    )
    return [cue for cue in found if cue.end > cue.start]


def line_of(cue: Cue, recording: Recording) -> CaptionLine:
    """A caption by the programme's time, so that it stays right whatever is cut."""
    at, until = (programme_at(recording.pieces, ms) for ms in (cue.start, cue.end))
    return CaptionLine(at, max(until, at + 1), cue.text)


def webvtt(cues: Iterable[Cue]) -> str:
    """As browsers and players read it (W3C WebVTT); words can hold no markup."""
    blocks = [
        f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{html.escape(cue.text, quote=False)}\n"
        for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def webvtt_piece(lines: Iterable[CaptionLine], zero_at: int) -> str:
    """A piece of captions for HLS (RFC 8216, 3.5): times count from where the picture's timeline is
    0. A line that stands in two pieces is the same in both, so that players show it once."""
    cues = (
        Cue(max(line.at - zero_at, 0), line.until - zero_at, line.text)
        for line in lines
        if line.until > zero_at
    )
    return webvtt(cues).replace(
        "WEBVTT\n", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n", 1
    )


def read_webvtt(text: str) -> list[Cue]:
    """The cues of a WebVTT file, or of SubRip, which differs in commas; without any markup."""
    if len(text) > CAPTION_BYTES_MAX:
        raise TooManyCaptions(most=CAPTION_LINES_MAX)
    cues: list[Cue] = []
    for block in re.split(
        r"\n[ \t]*\n", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    ):
        cue = _cue(block.strip("\n").split("\n"))
        if cue is not None:
            cues.append(cue)
        if len(cues) > CAPTION_LINES_MAX:
            raise TooManyCaptions(most=CAPTION_LINES_MAX)
    if not cues:
        raise BrokenCaptions(problem="no line with its times")
    return sorted(cues, key=lambda cue: cue.start)


def _cue(block: list[str]) -> Cue | None:
    for number, raw in enumerate(block[:2]):
        if found := _TIMES.fullmatch(raw):
            groups = found.groups()
            start, end = _ms(groups[:_TIMES_GROUPS]), _ms(groups[_TIMES_GROUPS:])
            words = checked_words(html.unescape(_TAG.sub("", "\n".join(block[number + 1 :]))))
            return (
                Cue(start, min(end, start + CAPTION_MS_MAX), words)
                if end > start and words
                else None
            )
    return None


def checked_words(text: str) -> str:
    """At most four lines of a caption, none of them empty."""
    lines = [" ".join(line.split()) for line in text.replace("\x00", "").split("\n")]
    return "\n".join([line for line in lines if line][:4])[:LINE_CHARACTERS_MAX].rstrip()


def checked_line(line: CaptionLine) -> CaptionLine:
    words = checked_words(line.text)
    if not words:
        raise InvalidInput(field="text", problem=N_("write 1 to 400 characters"))
    if line.at < 0 or not 0 < line.until - line.at <= CAPTION_MS_MAX:
        raise InvalidInput(field="until", problem=N_("a line stands 30 seconds at most"))
    return CaptionLine(line.at, line.until, words)


def checked_language(language: str) -> str:
    """A tag of BCP 47, in its usual form: en, zh-Hans, pt-BR."""
    if _LANGUAGE.fullmatch(language) is None:
        raise InvalidInput(field="language", problem=N_("use a tag such as en, de or zh-Hans"))
    return language


def checked_title(title: str, otherwise: str) -> str:
    return " ".join(title.split())[:TITLE_CHARACTERS_MAX] or otherwise


def checked_clip(start_at: int, end_at: int) -> None:
    if not CLIP_MS_MIN <= end_at - start_at <= CLIP_MS_MAX:
        raise InvalidInput(field="end", problem=N_("a clip lasts from 0.1 seconds to an hour"))


def typed_ms(text: str, field: str) -> int:
    """A place of a recording as people write it: 1:02:03.4, 62:03 or 12.25."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(field=field, problem=N_("write it as 1:02:03.400"))
    first, second, seconds, fraction = found.groups()
    hours, minutes = (first or "0", second or "0") if second else ("0", first or "0")
    ms = int((fraction or "0").ljust(3, "0"))
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + ms


def typed_time(ms: int) -> str:
    return _stamp(ms).removeprefix("00:")


def _ms(groups: Sequence[str | None]) -> int:
    hours, minutes, seconds, ms = (int(one or 0) for one in groups)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _stamp(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def language_names(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The languages with their own names, for a list to choose from."""
    for language in languages:
        yield language, _NAMES.get(language, language)


_NAMES = {
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ar": "العربية",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt-BR": "Português (Brasil)",
    "ru": "Русский",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
}
LANGUAGES = tuple(_NAMES)
