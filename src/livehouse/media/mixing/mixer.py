"""Mixes the cameras on the stage into one picture and one sound, in a thread of its own.

Picture `k` belongs to the moment k / 30 since 1970, as those of the test stage do, and shows what
every camera took at that moment: so all of them are in step with each other and with the room.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count

import av
import numpy as np

from livehouse.media.mixing.canvas import Canvas
from livehouse.media.mixing.layout import boxes, on_stage
from livehouse.media.mixing.limits import (
    CLOCK_SET_MS,
    DELAY_MS,
    FPS,
    HEIGHT,
    KBPS,
    KEY_SECONDS,
    LATE_MS,
    LEAD_MS,
    PRESET,
    WARM_UP_LOOK_MS,
    WARM_UP_MS_MAX,
    WIDTH,
)
from livehouse.media.mixing.seat import Mailbox, Seat
from livehouse.media.mixing.sound import SAMPLES_PER_MS, Piece, SoundOut
from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    TICKS_PER_MS,
    VIDEO_RATE,
    Aside,
    Formats,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.encoding import AUDIO_CHANNELS, Samples, VideoEncoder
from livehouse.media.sources.pace import Pace
from livehouse.media.specs import StagePlan

GROUP = FPS * KEY_SECONDS


class MixProducer:
    """`plan` and `mailboxes` are asked for at each picture, and may be others each time.

    `begins_at` is known once every camera has given a picture, or some have while the others were
    waited for long enough: from that moment on (ms) the mix stands in for what went out before.
    """

    def __init__(
        self,
        host: str,
        plan: Callable[[], StagePlan],
        mailboxes: Callable[[], Mapping[str, Mailbox]],
    ) -> None:
        self._host = host
        self._plan = plan
        self._mailboxes = mailboxes
        self._seats: dict[str, Seat] = {}
        self._canvas = Canvas(WIDTH, HEIGHT)
        # While nobody has a picture, the last one stands.
        self._painted: av.VideoFrame | None = None
        self._asides: dict[str, SoundOut] = {}
        self._next_sound = 0
        self._zero_at = 0
        self.begins_at: int | None = None
        # Whether anybody but the host could be seen in the newest picture.
        self.has_guests = True
        self.dropped = 0

    def items(self, pace: Pace) -> Iterator[SourceItem]:
        """Until the pace ends or the clock is set; `Aside`s among the rest."""
        if not self._warmed_up(pace):
            return
        begins_at = self.begins_at = pace.now_ms() + LEAD_MS
        encoder = VideoEncoder(width=WIDTH, height=HEIGHT, fps=FPS, kbps=KBPS, preset=PRESET)
        first = -(-begins_at * FPS // 1000)
        self._zero_at = _moment(first)
        self._next_sound = -(-self._zero_at * SAMPLES_PER_MS // AUDIO_FRAME_SAMPLES)
        sound = SoundOut(self._next_sound * AUDIO_FRAME_SAMPLES)
        yield Formats(encoder.format, sound.format, key_interval_seconds=KEY_SECONDS)
        key_due = first
        for number in count(first):
            at = _moment(number)
            if not _waited(pace, at + DELAY_MS):
                return
            self._listen(at)
            late = pace.now_ms() - at - DELAY_MS
            if late > CLOCK_SET_MS:
                return
            if late > LATE_MS:
                self.dropped += 1
            else:
                key = number >= key_due
                if key:
                    key_due = (number // GROUP + 1) * GROUP
                yield from self._picture(encoder, number, key=key)
            yield from self._sounds(sound, _moment(number + 1))

    def _warmed_up(self, pace: Pace) -> bool:
        until = pace.now_ms() + WARM_UP_MS_MAX
        while True:
            now = pace.now_ms()
            self._listen(now)
            ready = [seat.has_pictures for seat in self._seats.values()]
            # Without any picture the mix would be worse than the slate.
            if any(ready) and (now >= until or all(ready)):
                return True
            if not _waited(pace, now + WARM_UP_LOOK_MS):
                return False

    def _listen(self, at: int) -> None:
        mailboxes = self._mailboxes()
        for gone in self._seats.keys() - mailboxes.keys():
            del self._seats[gone]
            self._asides.pop(gone, None)
        for input_id, mailbox in mailboxes.items():
            seat = self._seats.get(input_id)
            if seat is None or seat.mailbox is not mailbox:
                seat = self._seats[input_id] = Seat(mailbox)
            seat.listen(at)

    def _picture(self, encoder: VideoEncoder, number: int, *, key: bool) -> Iterator[Packet]:
        at, plan = _moment(number), self._plan()
        found = {input_id: seat.picture(at) for input_id, seat in self._seats.items()}
        frames = {input_id: frame for input_id, frame in found.items() if frame is not None}
        self.has_guests = any(input_id != self._host for input_id in frames)
        seen = on_stage(plan, self._host, frames)
        places = boxes(plan.layout, len(seen), WIDTH, HEIGHT)
        names = {seat.input: seat.name for seat in plan.guests}
        if seen or self._painted is None:
            self._painted = self._canvas.painted(
                [
                    (box, frames[input_id], names.get(input_id, ""))
                    for box, input_id in zip(places, seen, strict=True)
                ]
            )
        for encoded in encoder.encode(self._painted, pts=self._ticks(number), key=key):
            yield Packet(
                kind=Kind.VIDEO,
                dts=encoded.dts,
                pts=encoded.pts,
                duration=self._ticks(number + 1) - self._ticks(number),
                key=encoded.key,
                data=encoded.data,
                at=at,
            )

    def _sounds(self, sound: SoundOut, until: int) -> Iterator[Packet]:
        """What sounds before `until`: for all, and for each guest without himself."""
        while self._next_sound * AUDIO_FRAME_SAMPLES < until * SAMPLES_PER_MS:
            start = self._next_sound * AUDIO_FRAME_SAMPLES
            self._next_sound += 1
            heard = self._heard(start)
            everything = sum(heard.values(), np.zeros((AUDIO_CHANNELS, AUDIO_FRAME_SAMPLES)))
            for piece in sound.encode(everything.astype(np.float32)):
                yield self._packet(piece)
            for guest, own in heard.items():
                if guest != self._host:
                    yield from self._aside(guest, start, (everything - own).astype(np.float32))

    def _heard(self, start: int) -> dict[str, Samples]:
        """Each voice; who is silenced is there, and says nothing."""
        silenced = {seat.input for seat in self._plan().guests if seat.silenced}
        heard = {}
        for input_id, seat in self._seats.items():
            samples = seat.voice.read(start, AUDIO_FRAME_SAMPLES)
            heard[input_id] = np.zeros_like(samples) if input_id in silenced else samples
        return heard

    def _aside(self, guest: str, start: int, samples: Samples) -> Iterator[Aside]:
        out = self._asides.get(guest)
        if out is None:
            out = self._asides[guest] = SoundOut(start)
        for piece in out.encode(samples):
            packet = self._packet(piece)
            yield Aside(
                kind=Kind.AUDIO,
                dts=packet.dts,
                pts=packet.pts,
                duration=packet.duration,
                key=True,
                data=packet.data,
                at=packet.at,
                without=guest,
            )

    def _packet(self, piece: Piece) -> Packet:
        pts = piece.start - self._zero_at * SAMPLES_PER_MS
        return Packet(
            kind=Kind.AUDIO,
            dts=pts,
            pts=pts,
            duration=AUDIO_FRAME_SAMPLES,
            key=True,
            data=piece.data,
            at=piece.start // SAMPLES_PER_MS,
        )

    def _ticks(self, number: int) -> int:
        return number * VIDEO_RATE // FPS - self._zero_at * TICKS_PER_MS


def _moment(number: int) -> int:
    """Programme time (ms) of a picture."""
    return number * 1000 // FPS


def _waited(pace: Pace, until: int) -> bool:
    """False when the mix is to end."""
    while (now := pace.now_ms()) < until:
        if not pace.wait_until(until) or until - now > CLOCK_SET_MS:
            return False
    return True
