"""Every SQL statement about recordings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, func, literal_column, select, true, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.recordings.model import CaptionLine, MadeFile, Mark, Piece, Recording
from livehouse.domains.recordings.tables import (
    caption_lines,
    chapter_marks,
    made_files,
    recordings,
)
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.storage.database import Transaction
from livehouse.storage.node_tables import media_owners


async def save(tx: Transaction, recording: Recording, now: datetime) -> None:
    """As the media process tells it; what is to be removed stays so."""
    values = {
        "state": recording.state,
        "ms": recording.ms,
        "bytes": recording.bytes,
        "pieces": msgspec.to_builtins(recording.pieces),
        "problem": recording.problem,
        "changed_at": now,
    }
    await tx.execute(
        insert(recordings)
        .values(run_id=recording.run_id, **values)
        .on_conflict_do_update(
            index_elements=["run_id"], set_=values, where=recordings.c.state.in_(("on", "kept"))
        )
    )


async def set_state(tx: Transaction, run_id: RunId, state: str, now: datetime) -> None:
    await tx.execute(
        update(recordings).where(recordings.c.run_id == run_id).values(state=state, changed_at=now)
    )


async def let_go(tx: Transaction, before: datetime, now: datetime) -> int:
    """What was whole before then is wanted no more; how many that were."""
    found = await tx.execute(
        update(recordings)
        .where(recordings.c.state == "kept", recordings.c.changed_at < before)
        .values(state="unwanted", changed_at=now)
    )
    return found.rowcount


async def recording(tx: Transaction, run_id: RunId) -> Recording | None:
    found = (await tx.execute(select(recordings).where(recordings.c.run_id == run_id))).first()
    return _recording(found) if found else None


async def by_runs(tx: Transaction, run_ids: Sequence[RunId]) -> dict[RunId, Recording]:
    found = await tx.execute(select(recordings).where(recordings.c.run_id.in_(run_ids)))
    return {RunId(row.run_id): _recording(row) for row in found}


async def of_node(tx: Transaction, node: str, states: Sequence[str]) -> list[Recording]:
    """Recordings whose files lie on that node."""
    found = await tx.execute(
        select(recordings)
        .join(media_owners, media_owners.c.run_id == recordings.c.run_id)
        .where(recordings.c.state.in_(states), media_owners.c.node == node)
    )
    return [_recording(row) for row in found]


async def begin(tx: Transaction, run_id: RunId, now: datetime) -> None:
    await tx.execute(
        insert(recordings)
        .values(run_id=run_id, state="on", ms=0, bytes=0, pieces=[], changed_at=now)
        .on_conflict_do_nothing()
    )


async def add_file(tx: Transaction, file: MadeFile) -> bool:
    """False where the whole is being made already."""
    added = await tx.execute(
        insert(made_files).values(**msgspec.structs.asdict(file)).on_conflict_do_nothing()
    )
    return added.rowcount > 0


async def files(tx: Transaction, run_id: RunId) -> list[MadeFile]:
    found = await tx.execute(
        select(made_files)
        .where(made_files.c.run_id == run_id, made_files.c.state != "unwanted")
        .order_by(made_files.c.created_at.desc())
    )
    return [_file(row) for row in found]


async def count_files(tx: Transaction, run_id: RunId) -> int:
    found = await tx.execute(
        select(func.count()).select_from(made_files).where(made_files.c.run_id == run_id)
    )
    return int(found.scalar_one())


async def file(tx: Transaction, run_id: RunId, file_id: UUID) -> MadeFile:
    found = (
        await tx.execute(
            select(made_files).where(made_files.c.id == file_id, made_files.c.run_id == run_id)
        )
    ).first()
    if found is None:
        raise NotFound
    return _file(found)


async def open_files(tx: Transaction, node: str, limit: int) -> list[MadeFile]:
    """What is to be made or removed on that node, oldest first."""
    found = await tx.execute(
        select(made_files)
        .join(media_owners, media_owners.c.run_id == made_files.c.run_id)
        .where(
            made_files.c.state.in_(("waiting", "working", "unwanted")), media_owners.c.node == node
        )
        .order_by(made_files.c.created_at)
        .limit(limit)
    )
    return [_file(row) for row in found]


async def change_file(tx: Transaction, file_id: UUID, **values: object) -> None:
    """What is not wanted any more stays so."""
    await tx.execute(
        update(made_files)
        .where(made_files.c.id == file_id, made_files.c.state != "unwanted")
        .values(**values)
    )


async def forget_file(tx: Transaction, file_id: UUID) -> None:
    await tx.execute(delete(made_files).where(made_files.c.id == file_id))


async def forget_files(tx: Transaction, run_id: RunId) -> None:
    await tx.execute(delete(made_files).where(made_files.c.run_id == run_id))


async def add_mark(tx: Transaction, run_id: RunId, mark: Mark) -> None:
    await tx.execute(chapter_marks.insert().values(run_id=run_id, at=mark.at, title=mark.title))


async def marks(tx: Transaction, run_id: RunId, limit: int) -> list[Mark]:
    found = await tx.execute(
        select(chapter_marks.c.at, chapter_marks.c.title)
        .where(chapter_marks.c.run_id == run_id)
        .order_by(chapter_marks.c.at)
        .limit(limit)
    )
    return [Mark(row.at, row.title) for row in found]


async def languages(tx: Transaction, run_id: RunId) -> dict[str, int]:
    """The languages that have captions, with the number of lines."""
    found = await tx.execute(
        select(caption_lines.c.language, func.count().label("lines"))
        .where(caption_lines.c.run_id == run_id)
        .group_by(caption_lines.c.language)
        .order_by(caption_lines.c.language)
    )
    return {row.language: row.lines for row in found}


async def lock_captions(tx: Transaction, run_id: RunId) -> None:
    """One at a time adds lines: their number has a bound."""
    key = func.hashtextextended(f"captions {run_id}", literal_column("0"))
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def add_lines(
    tx: Transaction, run_id: RunId, language: str, lines: Sequence[CaptionLine]
) -> None:
    await tx.execute(
        caption_lines.insert(),
        [
            {"run_id": run_id, "language": language, "at": line.at, "until": line.until,
             "text": line.text}
            for line in lines
        ],
    )  # fmt: skip


async def say_lines(
    tx: Transaction, run_id: RunId, language: str, lines: Sequence[CaptionLine]
) -> list[int]:
    """A few lines; under which ids they are kept, in their order."""
    rows = [
        {"run_id": run_id, "language": language, "at": line.at, "until": line.until,
         "text": line.text}
        for line in lines
    ]  # fmt: skip
    found = await tx.execute(insert(caption_lines).values(rows).returning(caption_lines.c.id))
    return sorted(row.id for row in found)


async def correct_line(
    tx: Transaction, run_id: RunId, language: str, line_id: int, line: CaptionLine
) -> bool:
    """Whether there was such a line."""
    found = await tx.execute(
        update(caption_lines)
        .where(
            caption_lines.c.id == line_id,
            caption_lines.c.run_id == run_id,
            caption_lines.c.language == language,
        )
        .values(at=line.at, until=line.until, text=line.text)
    )
    return found.rowcount > 0


async def forget_lines(tx: Transaction, run_id: RunId, language: str) -> None:
    await tx.execute(
        delete(caption_lines).where(
            caption_lines.c.run_id == run_id, caption_lines.c.language == language
        )
    )


async def lines(
    tx: Transaction, run_id: RunId, language: str, since: int, limit: int,
    *, before: int | None = None,
) -> list[CaptionLine]:  # fmt: skip
    """Lines that end after `since`, and begin `before`, in their order."""
    begins = true() if before is None else caption_lines.c.at < before
    found = await tx.execute(
        select(caption_lines.c.at, caption_lines.c.until, caption_lines.c.text)
        .where(
            caption_lines.c.run_id == run_id,
            caption_lines.c.language == language,
            caption_lines.c.until > since,
            begins,
        )
        .order_by(caption_lines.c.at, caption_lines.c.id)
        .limit(limit)
    )
    return [CaptionLine(row.at, row.until, row.text) for row in found]


def _recording(row: Row[Any]) -> Recording:
    pieces = msgspec.convert(row.pieces, tuple[Piece, ...])
    return Recording(RunId(row.run_id), row.state, row.ms, row.bytes, pieces, row.problem)


def _file(row: Row[Any]) -> MadeFile:
    return MadeFile(**{name: getattr(row, name) for name in MadeFile.__struct_fields__})
