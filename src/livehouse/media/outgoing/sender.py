"""Pushes one run to one target, in a thread of its own: its trouble is nobody else's."""

import threading
from time import monotonic

import structlog

from livehouse.media.outgoing.connection import Connect, Connection, Refused
from livehouse.media.outgoing.queue import PacketQueue
from livehouse.media.outgoing.specs import Target, TargetState, TargetStatus
from livehouse.media.packets import Formats, Packet, SourceItem

log = structlog.get_logger()

RETRY_SECONDS_FIRST = 1.0
RETRY_SECONDS_MAX = 30.0
# What was live so long has a new start with its retries.
SETTLED_SECONDS = 30.0
# So often in a row they may refuse us before we leave them alone. Most let everybody in and
# close the connection when they have looked at the key: what ends so soon was refused.
REFUSALS_MAX = 5
REFUSED_SECONDS = 5.0
WAIT_SECONDS = 1.0
RATE_SECONDS = 2.0


class Sender:
    """Begins at once; `stop` asks it to end, which takes as long as a write may take."""

    def __init__(
        self,
        target: Target,
        connect: Connect,
        *,
        allow_private: bool,
        retry_seconds: float = RETRY_SECONDS_FIRST,
    ) -> None:
        self.target = target
        self._connect = connect
        self._allow_private = allow_private
        self._retry_seconds = retry_seconds
        self._queue = PacketQueue()
        self._stopping = threading.Event()
        self._state: TargetState = "waiting"
        self._problem = ""
        self._restarts = 0
        self._kbps = 0
        self._connected_at = 0.0
        self._thread = threading.Thread(target=self._run, name="outgoing", daemon=True)
        self._thread.start()

    def put(self, item: SourceItem) -> None:
        """Never waits."""
        if self._state not in {"refused", "ended"}:
            self._queue.put(item)

    def stop(self) -> None:
        self._stopping.set()
        self._queue.wake()

    def status(self) -> TargetStatus:
        return TargetStatus(
            self.target.id, self._state, self._problem, self._kbps, len(self._queue),
            self._queue.dropped, self._restarts,
        )  # fmt: skip

    def _run(self) -> None:
        try:
            self._stay()
        except Exception as error:  # noqa: BLE001 - its words may hold the address
            kind = type(error).__name__
            log.error("outgoing_failed", target=self.target.id, kind=kind)  # noqa: TRY400 - so may a traceback
            self._state, self._problem = "refused", "failed"
        else:
            if self._state != "refused":
                self._state = "ended"
        self._kbps = 0

    def _stay(self) -> None:
        pause, refusals = self._retry_seconds, 0
        while not self._stopping.is_set():
            began = monotonic()
            try:
                self._push()
            except Refused as refusal:
                self._kbps = 0
                lasted = monotonic() - began
                code = "refused" if self._was_sent_away(refusal) else refusal.code
                refusals = refusals + 1 if refusal.by_them or code == "refused" else 0
                self._problem = code
                if code == "private_address" or refusals >= REFUSALS_MAX:
                    log.warning("outgoing_refused", target=self.target.id, code=code)
                    self._state = "refused"
                    return
                self._state = "lost"
                self._restarts += 1
                log.info("outgoing_lost", target=self.target.id, code=code)
                if lasted > SETTLED_SECONDS:
                    pause = self._retry_seconds
                self._stopping.wait(pause)
                pause = min(pause * 2, RETRY_SECONDS_MAX)

    def _was_sent_away(self, refusal: Refused) -> bool:
        return refusal.code == "lost" and monotonic() - self._connected_at < REFUSED_SECONDS

    def _push(self) -> None:
        """One connection, from its first keyframe to its end."""
        self._queue.restart()
        connection: Connection | None = None
        sent, since = 0, monotonic()
        try:
            while not self._stopping.is_set():
                item = self._queue.get(WAIT_SECONDS)
                if isinstance(item, Formats):
                    if connection is not None and not connection.goes_on_with(item):
                        connection.close()
                        connection = None
                    connection = connection or self._connected(item)
                elif isinstance(item, Packet) and connection is not None:
                    sent += connection.send(item)
                    self._state, self._problem = "live", connection.problem
                if monotonic() - since >= RATE_SECONDS:
                    self._kbps = round(sent * 8 / (monotonic() - since) / 1000)
                    sent, since = 0, monotonic()
        finally:
            if connection is not None:
                connection.close()

    def _connected(self, formats: Formats) -> Connection:
        self._state = "connecting"
        connection = self._connect(self.target, formats, self._allow_private)
        self._connected_at = monotonic()
        # While we were let in, packets have waited: begin with what is newest.
        self._queue.drop_to_key()
        return connection
