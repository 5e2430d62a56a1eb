"""Keeps lips in step: where picture and sound of one sender stand against each other and us."""

from livehouse.media.packets import VIDEO_RATE

SOUND_RATE = 48_000
BUCKET_MS = 10_000
# A sender's report is believed for picture against sound when it is this near to what the arrival
# of packets says, and for the time of day when its clock is this near to ours.
BELIEVED_MS = 1_000


class ArrivalClock:
    """Where RTP time stands against our clock, by the packets that were delayed least.

    Only those of the last ten to twenty seconds count, so that it follows a clock that drifts.
    """

    def __init__(self, rate: int) -> None:
        self._ms_per_tick = 1000 / rate
        self._bucket_since: float | None = None
        self._least = 0.0
        self._least_before: float | None = None

    def arrived(self, timestamp: int, now_ms: float) -> None:
        offset = now_ms - timestamp * self._ms_per_tick
        if self._bucket_since is None:
            self._bucket_since, self._least = now_ms, offset
        elif now_ms - self._bucket_since > BUCKET_MS:
            self._bucket_since = now_ms
            self._least_before, self._least = self._least, offset
        else:
            self._least = min(self._least, offset)

    def at(self, timestamp: int) -> float:
        """Our time (ms) for a timestamp; something must have arrived."""
        assert self._bucket_since is not None, "nothing has arrived"
        before = self._least if self._least_before is None else self._least_before
        return min(self._least, before) + timestamp * self._ms_per_tick

    @property
    def knows(self) -> bool:
        return self._bucket_since is not None


class TrackClock:
    """One track: by arrival, and by its sender's reports (RFC 3550, 6.4.1)."""

    def __init__(self, rate: int) -> None:
        self.arrival = ArrivalClock(rate)
        self._rate = rate
        self._report: tuple[float, int] | None = None

    def reported(self, sender_ms: float, timestamp: int) -> None:
        self._report = sender_ms, timestamp

    def sender_at(self, timestamp: int) -> float | None:
        """The sender's time (ms) for a timestamp, once it has said."""
        if self._report is None:
            return None
        sender_ms, reported = self._report
        return sender_ms + (timestamp - reported) * 1000 / self._rate


class Lips:
    """The picture's timestamps are the timeline; sound is given its place on it."""

    def __init__(self) -> None:
        self.video = TrackClock(VIDEO_RATE)
        self.audio = TrackClock(SOUND_RATE)

    def picture_at(self, timestamp: int) -> int:
        """Programme time (ms) at which a picture was taken."""
        arrived = self.video.arrival.at(timestamp)
        said = self.video.sender_at(timestamp)
        is_sane = said is not None and abs(said - arrived) < BELIEVED_MS
        return round(said if said is not None and is_sane else arrived)

    def sound_place(self, timestamp: int, origin: int) -> float | None:
        """Where sound belongs, in samples after the picture with the timestamp `origin`.

        None while there is no picture to compare with.
        """
        if not (self.video.arrival.knows and self.audio.arrival.knows):
            return None
        after_ms = self.audio.arrival.at(timestamp) - self.video.arrival.at(origin)
        heard, seen = self.audio.sender_at(timestamp), self.video.sender_at(origin)
        if heard is not None and seen is not None and abs(heard - seen - after_ms) < BELIEVED_MS:
            after_ms = heard - seen
        return after_ms * SOUND_RATE / 1000
