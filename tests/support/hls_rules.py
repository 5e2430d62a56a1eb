"""Reads a media playlist as strictly as RFC 8216bis is written, and says what breaks its MUSTs."""

import re
from datetime import datetime

from msgspec import Struct

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\n]*"|[^",\s]+)(?:,|$)')
ONCE = (
    "VERSION", "TARGETDURATION", "MEDIA-SEQUENCE", "DISCONTINUITY-SEQUENCE", "PART-INF",
    "SERVER-CONTROL", "INDEPENDENT-SEGMENTS", "SKIP", "ENDLIST", "PLAYLIST-TYPE",
)  # fmt: skip
KNOWN = {*ONCE, "MAP", "PROGRAM-DATE-TIME", "DISCONTINUITY", "PART", "PRELOAD-HINT",
         "RENDITION-REPORT", "GAP"}  # fmt: skip
# Durations are printed with five decimals, moments with three.
PRINT_SECONDS = 0.00001
PRINT_MS = 2
PART_SHARE_MIN = 0.85


class ListedPart(Struct, frozen=True):
    uri: str
    seconds: float
    independent: bool


class Listed(Struct, frozen=True):
    """A segment; `uri` and `seconds` are empty while it is not whole."""

    number: int
    series: int
    uri: str
    seconds: float
    at_ms: int | None
    init: str
    parts: tuple[ListedPart, ...]
    # It is not there in this form (4.4.4.7).
    missing: bool = False


class Listing(Struct, frozen=True):
    """A playlist, read; `growing` is the segment that is not whole yet."""

    version: int
    target_seconds: int
    part_target: float
    control: dict[str, str]
    skipped: int
    segments: tuple[Listed, ...]
    growing: Listed | None
    hint: str
    independent: bool
    ended: bool
    reports: tuple[dict[str, str], ...] = ()

    @property
    def parts(self) -> list[ListedPart]:
        growing = self.growing.parts if self.growing else ()
        return [*(part for listed in self.segments for part in listed.parts), *growing]


def attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = ATTRIBUTE.match(text, position)
        assert match, f"not an attribute list: {text}"
        assert match[1] not in found, f"{match[1]} stands twice: {text}"
        found[match[1]] = match[2].strip('"')
        position = match.end()
    return found


def read(text: str, *, words: bool = False, dated: bool = True) -> Listing:
    """Parse, and assert what must hold within one playlist, of a picture or of `words`.

    Where not each segment is `dated`, moments are added up from the one before, as players do.
    """
    listing = _Reader(text, dated=dated).listing()
    _check(listing, words=words)
    return listing


class _Reader:
    def __init__(self, text: str, *, dated: bool) -> None:
        self._dated = dated
        assert text.endswith("\n")
        assert text.isascii()
        self._lines = text.splitlines()
        assert self._lines[0] == "#EXTM3U"
        assert "" not in self._lines
        self._once: dict[str, str] = {}
        self._segments: list[Listed] = []
        self._parts: list[ListedPart] = []
        self._reports: list[dict[str, str]] = []
        self._hints: list[dict[str, str]] = []
        self._init = ""
        self._at: int | None = None
        self._apart = 0
        self._seconds: float | None = None
        self._missing = False

    def listing(self) -> Listing:
        for line in self._lines[1:]:
            if line.startswith("#EXTINF:"):
                match = re.fullmatch(r"#EXTINF:([0-9]+\.[0-9]+),", line)
                assert match, line
                self._seconds = float(match[1])
            elif line.startswith("#EXT-X-"):
                name, _, value = line.removeprefix("#EXT-X-").partition(":")
                assert name in KNOWN, line
                self._tag(name, value)
            else:
                assert not line.startswith("#"), line
                self._uri(line)
        assert self._seconds is None, "an EXTINF without its segment"
        assert len(self._hints) <= 1
        once = self._once
        skipped = attributes(once["SKIP"])["SKIPPED-SEGMENTS"] if "SKIP" in once else "0"
        assert int(skipped) > 0 or "SKIP" not in once
        growing = self._listed("", 0.0) if self._parts or self._at is not None else None
        return Listing(
            version=int(once["VERSION"]),
            target_seconds=int(once["TARGETDURATION"]),
            part_target=float(attributes(once.get("PART-INF", "PART-TARGET=0"))["PART-TARGET"]),
            control=attributes(once.get("SERVER-CONTROL", "")),
            skipped=int(skipped),
            segments=tuple(self._segments),
            growing=growing,
            hint=self._hints[0]["URI"] if self._hints else "",
            independent="INDEPENDENT-SEGMENTS" in once,
            ended="ENDLIST" in once,
            reports=tuple(self._reports),
        )

    def _tag(self, name: str, value: str) -> None:
        if name in ONCE:
            assert name not in self._once, f"{name} stands twice"
            self._once[name] = value
        elif name == "MAP":
            self._init = attributes(value)["URI"]
        elif name == "PROGRAM-DATE-TIME":
            assert value.endswith("Z")
            self._at = round(datetime.fromisoformat(value).timestamp() * 1000)
        elif name == "DISCONTINUITY":
            assert not self._parts
            self._apart += 1
        elif name == "GAP":
            assert not value
            assert not self._missing
            self._missing = True
        elif name == "PART":
            found = attributes(value)
            independent = found.get("INDEPENDENT", "NO") == "YES"
            self._parts.append(ListedPart(found["URI"], float(found["DURATION"]), independent))
        elif name == "PRELOAD-HINT":
            self._hints.append(attributes(value))
            assert self._hints[-1]["TYPE"] == "PART"
        else:
            self._reports.append(attributes(value))

    def _uri(self, uri: str) -> None:
        assert self._seconds is not None, "a segment without EXTINF"
        assert not self._hints, "a hint is for what comes after everything listed"
        if self._at is None and not self._dated:
            before = self._segments[-1]
            assert before.at_ms is not None
            self._at = before.at_ms + round(before.seconds * 1000)
        self._segments.append(self._listed(uri, self._seconds))
        self._seconds, self._parts, self._at, self._missing = None, [], None, False

    def _listed(self, uri: str, seconds: float) -> Listed:
        first = int(self._once["MEDIA-SEQUENCE"])
        skip = self._once.get("SKIP")
        first += int(attributes(skip)["SKIPPED-SEGMENTS"]) if skip else 0
        return Listed(
            number=first + len(self._segments),
            series=int(self._once.get("DISCONTINUITY-SEQUENCE", "0")) + self._apart,
            uri=uri,
            seconds=seconds,
            at_ms=self._at,
            init=self._init,
            parts=tuple(self._parts),
            missing=self._missing,
        )


def _check(listing: Listing, *, words: bool) -> None:
    target = listing.target_seconds
    assert listing.version >= (9 if listing.skipped else 6)
    for listed in listing.segments:
        assert int(listed.seconds + 0.5) <= target, "EXTINF, rounded, is at most the target"
        named = bool(listed.init) or listed.missing
        assert named is not words, "fMP4 needs EXT-X-MAP, WebVTT has none"
        assert listed.at_ms is not None
        assert listing.version >= 8 or not listed.missing, "EXT-X-GAP is of version 8"
        _check_parts(listing, listed)
    for before, after in zip(listing.segments, listing.segments[1:], strict=False):
        if before.series == after.series:
            assert before.at_ms is not None
            assert after.at_ms is not None
            shown = round((after.at_ms - before.at_ms) - before.seconds * 1000)
            assert abs(shown) <= PRINT_MS, "programme time goes on with the picture"
    _check_control(listing)
    for part in listing.parts:
        assert part.seconds <= listing.part_target, "no part is longer than the part target"
    uris = [part.uri for part in listing.parts]
    assert len(set(uris)) == len(uris)
    assert listing.hint not in uris


def _check_parts(listing: Listing, listed: Listed) -> None:
    if not listed.parts:
        return
    total = sum(part.seconds for part in listed.parts)
    assert abs(total - listed.seconds) <= PRINT_SECONDS * (len(listed.parts) + 1)
    for part in listed.parts[:-1]:
        assert part.seconds >= PART_SHARE_MIN * listing.part_target - PRINT_SECONDS, part


def _check_control(listing: Listing) -> None:
    control, target = listing.control, listing.target_seconds
    if listing.part_target:
        assert float(control["PART-HOLD-BACK"]) >= 3 * listing.part_target - PRINT_SECONDS
        assert listing.hint or listing.ended
    else:
        assert not listing.parts
    if "HOLD-BACK" in control:
        assert float(control["HOLD-BACK"]) >= 3 * target
    if "CAN-SKIP-UNTIL" in control:
        assert float(control["CAN-SKIP-UNTIL"]) >= 6 * target
    if listing.skipped:
        left = sum(listed.seconds for listed in listing.segments)
        left += sum(part.seconds for part in listing.growing.parts) if listing.growing else 0
        assert left >= 6 * target - max(listed.seconds for listed in listing.segments)


def check_reload(before: Listing, after: Listing) -> None:
    """What a player may rely on from one reload to the next (6.2.1 and 6.2.2)."""
    assert after.target_seconds == before.target_seconds
    assert after.part_target == before.part_target
    assert before.segments
    assert not before.ended
    known = {listed.number: listed for listed in before.segments}
    first = after.segments[0].number - after.skipped
    assert first >= before.segments[0].number - before.skipped
    for listed in after.segments:
        if old := known.get(listed.number):
            assert (old.uri, old.seconds, old.series, old.at_ms, old.init) == (
                listed.uri, listed.seconds, listed.series, listed.at_ms, listed.init,
            )  # fmt: skip
            assert not listed.parts or listed.parts == old.parts
    if before.growing:
        same = [*after.segments, *([after.growing] if after.growing else [])]
        grown = [listed for listed in same if listed.number == before.growing.number]
        for listed in grown:
            assert listed.parts[: len(before.growing.parts)] == before.growing.parts
            assert (listed.at_ms, listed.series) == (before.growing.at_ms, before.growing.series)
