"""All forms in which one run is shown besides its own, and what there is to choose from."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from livehouse.foundation.clock import Clock
from livehouse.media.fmp4 import AUDIO_TRACK, TrackRun, fragment, init_segment
from livehouse.media.low_latency import Report
from livehouse.media.packager import Init, Part, Piece, Segment
from livehouse.media.packets import VIDEO_RATE, AudioFormat, Formats, VideoFormat
from livehouse.media.playlist import SegmentLine
from livehouse.media.profile import Profile
from livehouse.media.renditions.keeping import Keeper
from livehouse.media.renditions.ladder import Ladder
from livehouse.media.renditions.limits import BEHIND_SECONDS_MAX
from livehouse.media.renditions.multivariant import (
    Variant,
    codecs_of,
    declared,
    measured,
    multivariant_playlist,
)
from livehouse.media.renditions.rungs import AUDIO, RUNGS, RenditionName, RungName
from livehouse.media.renditions.transcoder import DECODING, Made, RungOutput
from livehouse.media.sources.encoding import AUDIO_KBPS
from livehouse.media.specs import RenditionStatus
from livehouse.media.window import LiveWindow

SOURCE_URI = "index.m3u8"
# An encoder's rate holds over a second; within two, a segment's may be so much higher.
RUNG_PEAK = 1.2


def playlist_name(rendition: RenditionName) -> str:
    return f"{rendition}.m3u8"


class Renditions:
    """The sound alone for every run, by writing it anew; smaller pictures where they are wanted."""

    def __init__(
        self,
        source: LiveWindow,
        profile: Profile,
        clock: Clock,
        *,
        encodes: bool,
        keeper: Keeper | None = None,
        behind_seconds_max: float = BEHIND_SECONDS_MAX,
    ) -> None:
        self._source = source
        self.keeper = keeper
        self._profile = profile
        self._windows: dict[RenditionName, LiveWindow] = {}
        self._pictures: dict[RungName, VideoFormat] = {}
        self._formats: Formats | None = None
        self._sound = _SoundAlone()
        self._ladder: Ladder | None = None
        if encodes:
            self._ladder = Ladder(
                clock,
                made=self._take_made,
                dropped=self._withdraw,
                behind_seconds_max=behind_seconds_max,
            )
        source.reports = self._reports_beside(source)

    def window(self, name: str) -> LiveWindow | None:
        """None while there is nothing of it, when it was dropped, or never was."""
        return next((window for own, window in self._windows.items() if own == name), None)

    def take(self, output: Piece | Segment) -> None:
        """What the run's packager gives; what is made of it may come later."""
        if isinstance(output, Piece):
            self._formats = output.formats
        for made in self._sound.take(output):
            self._put(AUDIO, made)
        if self._ladder is not None:
            self._ladder.put(output if isinstance(output, Piece) else output.line)

    def stop(self) -> None:
        """Nothing more comes; what waits is still made."""
        if self._ladder is not None:
            self._ladder.stop()

    async def finish(self) -> None:
        """Wait for what is still being made, a while at most, and end every rendition."""
        if self._ladder is not None:
            await self._ladder.finish()
        for window in self._windows.values():
            window.end()

    def multivariant(self) -> bytes:
        """The source first, then the smaller pictures from the largest on, then the sound."""
        lines = self._source.lines()
        rungs = [rung for rung in RUNGS if rung.name in self._windows]
        variants = [
            self._own_variant(lines),
            *(self._rung_variant(rung.name, rung.kbps) for rung in rungs),
        ]
        if self._formats is not None and AUDIO in self._windows:
            rates = measured(self._windows[AUDIO].lines())
            codecs = codecs_of(None, self._formats.audio)
            peak = rates.peak or AUDIO_KBPS * 1000
            variants.append(Variant(playlist_name(AUDIO), peak, rates.average, codecs))
        return multivariant_playlist(variants).encode()

    def statuses(self) -> list[RenditionStatus]:
        """Those that cost something, the largest first."""
        ladder = self._ladder
        if ladder is None:
            return []
        return [self._status(ladder, rung.name) for rung in RUNGS
                if rung.name in self._pictures or rung.name in ladder.drops]  # fmt: skip

    @property
    def decode_load(self) -> float:
        """Share of a core that taking the source's pictures apart takes, for all renditions."""
        return self._ladder.loads.get(DECODING, 0.0) if self._ladder else 0.0

    def _status(self, ladder: Ladder, name: RungName) -> RenditionStatus:
        window, form = self._windows.get(name), self._pictures.get(name)
        rates = window.rates() if window else None
        return RenditionStatus(
            name=name,
            on=window is not None,
            width=form.width if form else 0,
            height=form.height if form else 0,
            kbps=rates.kbps if rates else 0,
            fps=rates.fps if rates else 0.0,
            load=ladder.loads.get(name, 0.0) if window else 0.0,
            drops=ladder.drops.get(name, 0),
        )

    def _own_variant(self, lines: Sequence[SegmentLine]) -> Variant:
        rates = measured(lines)
        if self._formats is None:
            return Variant(SOURCE_URI, rates.peak, rates.average)
        video = self._formats.video
        return Variant(
            SOURCE_URI,
            rates.peak,
            rates.average,
            codecs_of(video, self._formats.audio),
            video.width,
            video.height,
            self._source.rates().fps,
        )

    def _rung_variant(self, name: RungName, kbps: int) -> Variant:
        window, video = self._windows[name], self._pictures[name]
        assert self._formats is not None
        rates = measured(window.lines())
        sound = measured(self._windows[AUDIO].lines()).peak or AUDIO_KBPS * 1000
        source = measured(self._source.lines()).peak
        return Variant(
            playlist_name(name),
            max(rates.peak, declared(round(kbps * 1000 * RUNG_PEAK) + sound, source)),
            rates.average or declared(kbps * 1000 + sound, source),
            codecs_of(video, self._formats.audio),
            video.width,
            video.height,
            window.rates().fps or self._source.rates().fps,
        )

    def _take_made(self, made: Made) -> None:
        if self._ladder is None or made.rung not in self._ladder.on:
            return
        if made.format is not None:
            self._pictures[made.rung] = made.format
        self._put(made.rung, made.output)

    def _put(self, name: RenditionName, output: RungOutput) -> None:
        window = self._windows.get(name)
        match output:
            case Init():
                if window is None:
                    window = LiveWindow([], 0, self._profile, prefix=f"{name}-")
                    window.reports = self._reports_beside(window)
                    self._windows[name] = window
                window.add_init(output)
                if self.keeper is not None:
                    self.keeper.begin(name, output)
            case Part() if window is not None:
                window.add_part(output)
            case Segment() if window is not None:
                window.add(output)
                if self.keeper is not None:
                    self.keeper.put(name, output)

    def _withdraw(self, name: RungName) -> None:
        window = self._windows.pop(name, None)
        if window is not None:
            window.withdraw()

    def _reports_beside(self, here: LiveWindow) -> Callable[[], list[Report]]:
        """How far all the others are, for players that change over (RFC 8216bis, 4.4.5.4)."""

        def reports() -> list[Report]:
            beside = {SOURCE_URI: self._source}
            beside |= {playlist_name(name): window for name, window in self._windows.items()}
            return [
                Report(uri, *newest)
                for uri, window in beside.items()
                if window is not here and (newest := window.newest) is not None
            ]

        return reports


class _SoundAlone:
    """The sound of each piece as a piece of its own."""

    def __init__(self) -> None:
        self._init: int | None = None
        self._parts: list[Part] = []
        self._sequence = 0

    def take(self, output: Piece | Segment) -> list[RungOutput]:
        if isinstance(output, Segment):
            line = replace(
                output.line, bytes=sum(len(part.data) for part in self._parts), independent=True
            )
            return [Segment(line, tuple(self._parts), pictures=0)]
        made: list[RungOutput] = []
        audio = output.formats.audio
        if output.start.init != self._init:
            self._init = output.start.init
            made.append(Init(self._init, init_segment(None, audio)))
        if output.index == 0:
            self._parts = []
        self._sequence += 1
        part = Part(
            start=replace(output.start, independent=True),
            index=output.index,
            ticks=output.ticks,
            independent=True,
            data=fragment(self._sequence, [_heard(output, audio)]),
        )
        self._parts.append(part)
        return [*made, part]


def _heard(piece: Piece, audio: AudioFormat) -> TrackRun:
    if piece.audio.samples:
        return piece.audio
    return TrackRun(AUDIO_TRACK, piece.begins * audio.rate // VIDEO_RATE, [])
