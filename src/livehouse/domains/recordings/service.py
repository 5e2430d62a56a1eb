"""What people do with recordings, and what the node that has them reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from livehouse.domains.recordings import model, store
from livehouse.domains.recordings.errors import (
    NotRecorded,
    ShowStillOn,
    TooManyCaptions,
    TooManyFiles,
)
from livehouse.domains.recordings.model import CaptionLine, Cue, MadeFile, Mark, Piece, Recording
from livehouse.domains.shows import Run, Show, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import IdSource, RunId, StoreId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

LINE_ID_MAX = (1 << 63) - 1
MARKS_MAX = 1_000
OPEN_FILES_MAX = 8
# Players of a live show get the lines of so long: what they have not shown yet is in them.
LIVE_LINES_MS = 90_000
LIVE_LINES_MAX = 200


@dataclass(slots=True)
class Recordings:
    """Also a hook of shows and of offers: what begins in a show begins a chapter."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows

    # What shows and offers tell, within their own transactions.

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:  # noqa: ARG002
        await store.begin(tx, run.id, self.clock.now())

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """Nothing yet: the node that has the files tells when they are whole."""

    async def mark(self, tx: Transaction, run_id: RunId, title: str) -> None:
        """Something is held up to the camera."""
        await store.add_mark(tx, run_id, Mark(to_ms(self.clock.now()), title[:200]))

    # What people ask for.

    async def of_store(self, store_id: StoreId) -> list[tuple[Show, Recording]]:
        """The newest first; also those of shows that are on, not those with nothing in them."""
        shows = [show for show in await self.shows.of_stores([store_id]) if show.run is not None]
        async with self.database.transaction() as tx:
            found = await store.by_runs(tx, [show.run.id for show in shows if show.run])
        return [
            (show, recording)
            for show in shows
            if show.run
            and (recording := found.get(show.run.id)) is not None
            and recording.state in {"on", "kept"}
            and (recording.ms or show.run.on)
        ]

    async def playable(self, run_ids: Sequence[RunId]) -> set[RunId]:
        """Those of the runs of which something was recorded and is kept."""
        async with self.database.transaction() as tx:
            found = await store.by_runs(tx, run_ids)
        return {one.run_id for one in found.values() if one.state in {"on", "kept"} and one.ms}

    async def recording(self, run_id: RunId) -> Recording:
        async with self.database.transaction() as tx:
            found = await store.recording(tx, run_id)
        if found is None or found.state in {"unwanted", "gone"}:
            raise NotFound
        return found

    async def problem(self, run_id: RunId) -> str:
        """Why nothing more is kept of a run; empty while all is."""
        async with self.database.transaction() as tx:
            found = await store.recording(tx, run_id)
        return found.problem if found is not None else ""

    async def files(self, run_id: RunId) -> list[MadeFile]:
        async with self.database.transaction() as tx:
            return await store.files(tx, run_id)

    async def make_whole(self, run_id: RunId) -> None:
        """Have one file of the whole made; asking again changes nothing."""
        recording = await self.recording(run_id)
        if recording.state == "on":
            raise ShowStillOn
        await self._add(recording, "whole", "", 0, 0, begins_with_key=False)

    async def make_clip(
        self, run_id: RunId, start_at: int, end_at: int, *, title: str, begins_with_key: bool
    ) -> MadeFile:
        model.checked_clip(start_at, end_at)
        recording = await self.recording(run_id)
        pieces = recording.pieces
        if not pieces:
            raise NotRecorded
        if model.recorded_ms(pieces, start_at) >= model.recorded_ms(pieces, end_at):
            raise InvalidInput(field="end", problem=N_("nothing was recorded there"))
        return await self._add(
            recording, "clip", title, start_at, end_at, begins_with_key=begins_with_key
        )

    async def discard(self, run_id: RunId, file_id: UUID) -> None:
        async with self.database.transaction() as tx:
            await store.file(tx, run_id, file_id)
            await store.change_file(tx, file_id, state="unwanted")

    async def remove(self, run_id: RunId) -> None:
        """The recording and all that was made of it, for good."""
        recording = await self.recording(run_id)
        if recording.state == "on":
            raise ShowStillOn
        async with self.database.transaction() as tx:
            await store.set_state(tx, run_id, "unwanted", self.clock.now())

    # Chapters and captions.

    async def chapters(self, run_id: RunId) -> list[Cue]:
        recording = await self.recording(run_id)
        async with self.database.transaction() as tx:
            marks = await store.marks(tx, run_id, MARKS_MAX)
        return model.chapters(marks, recording)

    async def languages(self, run_id: RunId) -> dict[str, int]:
        async with self.database.transaction() as tx:
            return await store.languages(tx, run_id)

    async def captions(self, run_id: RunId, language: str) -> list[Cue]:
        """All of one language, in the recording's own time."""
        recording = await self.recording(run_id)
        async with self.database.transaction() as tx:
            lines = await store.lines(tx, run_id, language, 0, model.CAPTION_LINES_MAX)
        return model.cues_of(lines, recording)

    async def newest_lines(self, run_id: RunId, language: str) -> list[CaptionLine]:
        """By the programme's time, for players of a show that is on."""
        since = to_ms(self.clock.now()) - LIVE_LINES_MS
        async with self.database.transaction() as tx:
            return await store.lines(tx, run_id, language, since, LIVE_LINES_MAX)

    async def lines_between(
        self, run_id: RunId, language: str, since: int, until: int
    ) -> list[CaptionLine]:
        """Those that stand at any time between the two moments, for one piece of captions."""
        async with self.database.transaction() as tx:
            return await store.lines(tx, run_id, language, since, LIVE_LINES_MAX, before=until)

    async def put_captions(self, run_id: RunId, language: str, text: str) -> int:
        """A WebVTT file in the recording's own time, instead of what there was."""
        language = model.checked_language(language)
        recording = await self.recording(run_id)
        if not recording.pieces:
            raise NotRecorded
        lines = [model.line_of(cue, recording) for cue in model.read_webvtt(text)]
        async with self.database.transaction() as tx:
            await store.lock_captions(tx, run_id)
            await store.forget_lines(tx, run_id, language)
            await self._check_languages(tx, run_id, language)
            await store.add_lines(tx, run_id, language, lines)
        return len(lines)

    async def say(self, run_id: RunId, language: str, lines: Sequence[CaptionLine]) -> list[int]:
        """Lines of a show that is on, by the programme's time; the id of each."""
        language = model.checked_language(language)
        if not 1 <= len(lines) <= model.LINES_AT_ONCE_MAX:
            raise InvalidInput(field="lines", problem=N_("from 1 to 100 at once"))
        checked = [model.checked_line(line) for line in lines]
        async with self.database.transaction() as tx:
            await store.lock_captions(tx, run_id)
            count = await self._check_languages(tx, run_id, language)
            if count + len(checked) > model.CAPTION_LINES_MAX:
                raise TooManyCaptions(most=model.CAPTION_LINES_MAX)
            return await store.say_lines(tx, run_id, language, checked)

    async def correct(self, run_id: RunId, language: str, line_id: int, line: CaptionLine) -> None:
        """Put another line in the place of one; `NotFound` where there is none."""
        checked = model.checked_line(line)
        async with self.database.transaction() as tx:
            known = 0 < line_id <= LINE_ID_MAX
            if not known or not await store.correct_line(tx, run_id, language, line_id, checked):
                raise NotFound

    async def forget_captions(self, run_id: RunId, language: str) -> None:
        async with self.database.transaction() as tx:
            await store.forget_lines(tx, run_id, language)

    # What the node that has the files asks and reports.

    async def to_look_at(self, node: str) -> list[Recording]:
        async with self.database.transaction() as tx:
            return await store.of_node(tx, node, ("on", "unwanted"))

    async def to_make(self, node: str) -> list[MadeFile]:
        async with self.database.transaction() as tx:
            return await store.open_files(tx, node, OPEN_FILES_MAX)

    async def tell(
        self,
        run_id: RunId,
        *,
        ms: int,
        size: int,
        pieces: Sequence[Piece],
        is_on: bool,
        problem: str = "",
    ) -> None:
        """How long it is by now, and whether it still grows."""
        recording = Recording(run_id, "on" if is_on else "kept", ms, size, tuple(pieces), problem)
        async with self.database.transaction() as tx:
            await store.save(tx, recording, self.clock.now())

    async def forget_old(self, keep: timedelta) -> None:
        """Remove recordings that are older: their nodes delete the files."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            count = await store.let_go(tx, now - keep, now)
        if count:
            log.info("old_recordings_forgotten", count=count, keep_days=keep.days)

    async def tell_gone(self, run_id: RunId) -> None:
        async with self.database.transaction() as tx:
            await store.forget_files(tx, run_id)
            await store.set_state(tx, run_id, "gone", self.clock.now())

    async def has_ended(self, run_id: RunId, ago: timedelta) -> bool:
        """Whether the run ended so long ago that its files are whole."""
        show = await self.shows.of_run(run_id)
        assert show.run is not None
        return show.run.ended_at is not None and show.run.ended_at + ago <= self.clock.now()

    async def tell_file(
        self, file_id: UUID, *, state: str, progress: int, size: int, problem: str
    ) -> None:
        async with self.database.transaction() as tx:
            await store.change_file(
                tx, file_id, state=state, progress=progress, bytes=size, problem=problem
            )

    async def forget_file(self, file_id: UUID) -> None:
        async with self.database.transaction() as tx:
            await store.forget_file(tx, file_id)

    async def _add(
        self, recording: Recording, kind: model.FileKind, title: str, start_at: int, end_at: int,
        *, begins_with_key: bool,
    ) -> MadeFile:  # fmt: skip
        file = MadeFile(
            id=self.ids.new(), run_id=recording.run_id, kind=kind,
            title=model.checked_title(title, ""), start_at=start_at, end_at=end_at,
            begins_with_key=begins_with_key, state="waiting", progress=0, bytes=0, problem="",
            created_at=self.clock.now(),
        )  # fmt: skip
        async with self.database.transaction() as tx:
            if await store.count_files(tx, recording.run_id) >= model.FILES_MAX:
                raise TooManyFiles(most=model.FILES_MAX)
            await store.add_file(tx, file)
        return file

    async def _check_languages(self, tx: Transaction, run_id: RunId, language: str) -> int:
        known = await store.languages(tx, run_id)
        if language not in known and len(known) >= model.LANGUAGES_MAX:
            raise InvalidInput(field="language", problem=N_("at most 20 languages"))
        return known.get(language, 0)
