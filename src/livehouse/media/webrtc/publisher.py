"""Puts one publisher's pictures and sound together into what an input takes."""

import asyncio
from collections.abc import Callable, Iterator

from livehouse.foundation.clock import Clock
from livehouse.media.h264 import MalformedStream
from livehouse.media.packets import VIDEO_RATE, Formats, Kind, Packet, SourceItem, VideoFormat
from livehouse.media.webrtc.limits import SOUND_GONE_SECONDS, SOUND_LATE_SECONDS
from livehouse.media.webrtc.lips import SOUND_RATE, Lips
from livehouse.media.webrtc.picture import PassThrough, Taken, Transcoder
from livehouse.media.webrtc.sound import Arrived, SoundTrack

H264 = "h264"
# Until the next picture comes we do not know how long this one is shown.
PICTURE_TICKS_ASSUMED = VIDEO_RATE // 30
PICTURE_TICKS_MAX = VIDEO_RATE


class Publisher:
    """Hears both tracks and puts out `Formats` and `Packet`s on one timeline, all on the loop.

    The timeline's zero is the first picture; what is lost is never put out as if it were there.
    """

    def __init__(
        self,
        clock: Clock,
        put: Callable[[SourceItem], None],
        ask_keyframe: Callable[[], None],
        *,
        key_interval_seconds: float,
    ) -> None:
        self._clock = clock
        self._put = put
        self._ask_keyframe = ask_keyframe
        self._key_interval_seconds = key_interval_seconds
        self._lips = Lips()
        self._pass_through = PassThrough()
        self._transcoder: Transcoder | None = None
        self._sound = SoundTrack()
        self._video: VideoFormat | None = None
        self._origin: int | None = None
        self._newest: Taken | None = None
        self._heard_at: int | None = None
        self._last_key: int | None = None
        # Whether the offer has sound at all.
        self.expects_sound = True
        self.codec = ""
        self.bytes = 0
        self.malformed = 0
        self.arrived_at = self._now_ms()
        self.video = PictureEar(self)
        self.audio = SoundEar(self)

    @property
    def dropped(self) -> int:
        """Pictures and packets of sound that came and were of no use, or never came."""
        late = self._transcoder.dropped if self._transcoder else 0
        return self.malformed + late + self._sound.lost

    @property
    def has_pictures(self) -> bool:
        return self._origin is not None

    @property
    def key_age_seconds(self) -> float:
        """How long ago, on the picture's clock, the newest keyframe was."""
        if self._last_key is None or self._newest is None:
            return float("inf")
        return (self._newest.timestamp - self._last_key) / VIDEO_RATE

    def picture_arrived(self, size: int, timestamp: int) -> None:
        self._arrived(size)
        self._lips.video.arrival.arrived(timestamp, self.arrived_at)

    def sound_arrived(self, size: int, timestamp: int) -> None:
        self._arrived(size)
        self._lips.audio.arrival.arrived(timestamp, self.arrived_at)

    def force_keyframe(self) -> bool:
        """Where we encode, we make the keyframe ourselves; False: the publisher must."""
        if self._transcoder is None:
            return False
        self._transcoder.force_keyframe()
        return True

    def close(self) -> None:
        if self._transcoder is not None:
            self._transcoder.close()

    def picture(self, codec: str, data: bytes, timestamp: int) -> None:
        """`VideoTooLarge` ends the stay; other nonsense is counted and left out."""
        self.codec = codec
        if codec != H264:
            self._transcode(data, timestamp)
            return
        try:
            taken = self._pass_through.take(data, timestamp)
        except MalformedStream:
            self.malformed += 1
            self._pass_through.lost()
            return
        if taken is not None:
            self._publish(taken)
        else:
            self._ask_keyframe()

    def picture_lost(self) -> None:
        self._pass_through.lost()
        self._ask_keyframe()

    def picture_reported(self, sender_ms: float, timestamp: int) -> None:
        self._lips.video.reported(sender_ms, timestamp)

    def sound(self, data: bytes, timestamp: int) -> None:
        for packet in self._sound.sort(Arrived(timestamp, data)):
            if self._origin is None:
                continue
            place = self._lips.sound_place(packet.timestamp, self._origin)
            if place is not None:
                if self._newest is not None:
                    self._heard_at = self._newest.timestamp
                self._put_all(self._sound.write(packet, place, self._zero_at))

    def sound_reported(self, sender_ms: float, timestamp: int) -> None:
        self._lips.audio.reported(sender_ms, timestamp)

    def _arrived(self, size: int) -> None:
        self.bytes += size
        self.arrived_at = self._now_ms()

    def _transcode(self, data: bytes, timestamp: int) -> None:
        if self._transcoder is None:
            self._transcoder = Transcoder(
                asyncio.get_running_loop(), self._publish, self._ask_keyframe
            )
        self._transcoder.take(data, timestamp)

    def _publish(self, taken: Taken) -> None:
        if self._newest is not None and taken.timestamp <= self._newest.timestamp:
            self.malformed += 1  # time that runs back
            return
        if taken.format is not None:
            self._video = taken.format
        if self._origin is None:
            self._origin = taken.timestamp
        if taken.format is not None:
            self._put(Formats(taken.format, self._sound.format, self._key_interval_seconds))
        if taken.key:
            self._last_key = taken.timestamp
        ticks = self._ticks(taken)
        self._newest = taken
        pts = taken.timestamp - self._origin
        self._put(
            Packet(
                kind=Kind.VIDEO,
                dts=pts,
                pts=pts,
                duration=ticks,
                key=taken.key,
                data=taken.data,
                at=self._lips.picture_at(taken.timestamp),
            )
        )
        self._fill_silence(taken)

    def _ticks(self, taken: Taken) -> int:
        if self._newest is None:
            return PICTURE_TICKS_ASSUMED
        return min(taken.timestamp - self._newest.timestamp, PICTURE_TICKS_MAX)

    def _fill_silence(self, taken: Taken) -> None:
        """The picture waits for its sound: where none comes, silence takes its place."""
        assert self._origin is not None
        here = taken.timestamp - self._origin
        unheard = here if self._heard_at is None else taken.timestamp - self._heard_at
        is_gone = unheard > SOUND_GONE_SECONDS * VIDEO_RATE
        late = 0 if is_gone or not self.expects_sound else round(SOUND_LATE_SECONDS * VIDEO_RATE)
        place = (here - late) * SOUND_RATE // VIDEO_RATE
        if place > 0 and (self._sound.end is None or self._sound.end < place):
            self._put_all(self._sound.silence_until(place, self._zero_at))

    @property
    def _zero_at(self) -> float:
        assert self._origin is not None
        return self._lips.picture_at(self._origin)

    def _put_all(self, packets: Iterator[Packet]) -> None:
        for packet in packets:
            self._put(packet)

    def _now_ms(self) -> float:
        return self._clock.now().timestamp() * 1000


class PictureEar:
    """The track of pictures, as `taps` tells of it."""

    def __init__(self, publisher: Publisher) -> None:
        self.arrived = publisher.picture_arrived
        self.frame = publisher.picture
        self.lost = publisher.picture_lost
        self.reported = publisher.picture_reported


class SoundEar:
    """The track of sound."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.arrived = publisher.sound_arrived
        self.reported = publisher.sound_reported

    def frame(self, _: str, data: bytes, timestamp: int) -> None:
        self._publisher.sound(data, timestamp)

    def lost(self) -> None:
        """Sound says it by its timestamps."""
