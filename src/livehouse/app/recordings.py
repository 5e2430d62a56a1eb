"""Between the recordings in the database and the files on this node: makes, measures, removes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.recordings import MadeFile, Piece, Recording, Recordings
from livehouse.foundation.errors import DomainError, Refusal
from livehouse.media.after.desk import RecordingDesk
from livehouse.media.after.specs import ClipFile, WholeFile
from livehouse.media.errors import MediaUnavailable, NoSuchVideo

LOOK_EVERY = timedelta(seconds=4)
MAKE_EVERY = timedelta(seconds=1)
# A run that has ended, and of which there is nothing by then, was not recorded.
SETTLED = timedelta(minutes=2)


@dataclass(slots=True)
class RecordingWork:
    """Done by the node that has the run's files; `node` tells which this is."""

    recordings: Recordings
    desk: RecordingDesk
    node: Callable[[], str]

    async def look(self) -> None:
        """Tell how long recordings have become, and remove those that nobody wants."""
        for recording in await self.recordings.to_look_at(self.node()):
            if recording.state == "unwanted":
                await self._remove(recording)
            else:
                await self._measure(recording)

    async def make(self) -> None:
        """See to the files that are to be made or removed."""
        for file in await self.recordings.to_make(self.node()):
            if file.state == "unwanted":
                await self.desk.discard(file.run_id, file.name)
                await self.recordings.forget_file(file.id)
            else:
                await self._make(file)

    async def _make(self, file: MadeFile) -> None:
        work = (
            WholeFile()
            if file.kind == "whole"
            else ClipFile(file.start_at, file.end_at, file.begins_with_key)
        )
        try:
            status = await self.desk.order(file.run_id, file.name, work)
        except DomainError as refusal:
            if refusal.kind in {Refusal.UNAVAILABLE, Refusal.EXHAUSTED}:
                return  # asked for again in a moment
            await self.recordings.tell_file(
                file.id, state="failed", progress=0, size=0, problem=refusal.code
            )
            return
        told = status.state, round(status.progress * 1000)
        if told != (file.state, file.progress):
            await self.recordings.tell_file(
                file.id, state=told[0], progress=told[1], size=status.bytes, problem=status.problem
            )

    async def _measure(self, recording: Recording) -> None:
        over = await self.recordings.has_ended(recording.run_id, timedelta(0))
        try:
            info = await self.desk.info(recording.run_id)
        except MediaUnavailable:
            return  # it is starting, or starts again: asked for again in a moment
        except NoSuchVideo:
            if await self.recordings.has_ended(recording.run_id, SETTLED):
                await self.recordings.tell_gone(recording.run_id)
            return
        await self.recordings.tell(
            recording.run_id,
            ms=info.ms,
            size=info.bytes,
            pieces=[Piece(one.at, one.starts, one.lasts) for one in info.pieces],
            is_on=info.is_on or not over,
            problem=info.problem,
        )

    async def _remove(self, recording: Recording) -> None:
        await self.desk.remove(recording.run_id)
        await self.recordings.tell_gone(recording.run_id)
