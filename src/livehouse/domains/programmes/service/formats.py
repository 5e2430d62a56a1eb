"""A show's format: chosen, confirmed, signed off, and the gate that it is to going live."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from livehouse.domains.programmes.errors import NoCamera, NotReady
from livehouse.domains.programmes.model import Sheet
from livehouse.domains.programmes.model.formats import (
    CONFIRMED,
    NAMES,
    WHY_CHARACTERS_MAX,
    Asking,
    Chosen,
    Format,
    Gap,
    Prepared,
    Requirement,
    is_signed,
    missing,
)
from livehouse.domains.programmes.store import formats as store
from livehouse.domains.programmes.store import sheets
from livehouse.domains.shows import (
    CameraState,
    Cancelled,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowOver,
    Shows,
    Where,
)
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PersonId, RoomId
from livehouse.foundation.text import N_
from livehouse.storage.database import Transaction

ASKING_MAX = 200


@dataclass(frozen=True, slots=True)
class Formats:
    """A show without a format goes live as it likes: formats are a promise that is then held.

    `camera` tells of the one that is connected to a room now, if there is one.
    """

    shows: Shows
    known: Mapping[str, Format]
    camera: Callable[[RoomId], CameraState | None] = lambda _: None

    def title(self, name: str) -> str:
        """What people call it: ours is a sentence to translate, an operator's own is not."""
        wanted = self.known.get(name)
        return (wanted.title if wanted else "") or NAMES.get(name, name)

    async def choose(self, slug: str, what: Chosen, where: Where | None = None) -> None:
        """Say what a show is; whoever changes that changes what was signed off, so that is gone."""
        if what.format not in self.known:
            raise InvalidInput(field="format", problem=N_("choose one of the formats"))
        async with self.shows.database.transaction() as tx:
            show = await self.shows.locked(tx, slug)
            if where is not None:
                await self.shows.settle(tx, show, where)
            before = await store.chosen(tx, show.id) or what
            confirmed = tuple(one for one in CONFIRMED if one in what.confirmed)
            await store.choose(
                tx, show.id,
                replace(before, format=what.format, confirmed=confirmed, signed_by=None,
                        signed_at=None, signed_sheet=None),
            )  # fmt: skip

    async def ask(self, slug: str, why: str) -> None:
        """A host asks an operator to sign the show off as it is."""
        why = " ".join(why.replace("\x00", "").split())
        if not 1 <= len(why) <= WHY_CHARACTERS_MAX:
            raise InvalidInput(field="why", problem=N_("write 1 to 500 characters"))
        async with self.shows.database.transaction() as tx:
            show, chosen = await self._locked(tx, slug)
            if not isinstance(show.state, Scheduled):
                raise ShowOver
            asked = replace(chosen, asked_at=self.shows.clock.now(), asked_why=why, answer="")
            await store.choose(tx, show.id, asked)

    async def answer(self, slug: str, words: str) -> None:
        """An operator does not sign it off, and says why."""
        words = " ".join(words.replace("\x00", "").split())[:WHY_CHARACTERS_MAX]
        async with self.shows.database.transaction() as tx:
            show, chosen = await self._locked(tx, slug)
            await store.choose(tx, show.id, replace(chosen, asked_at=None, answer=words))

    async def sign_off(self, slug: str, *, by: PersonId) -> None:
        """Let a show go live with the run-sheet that it has now; for operators."""
        async with self.shows.database.transaction() as tx:
            show, chosen = await self._locked(tx, slug)
            sheet = await sheets.sheet(tx, show.id)
            signed = replace(
                chosen, signed_by=by, signed_at=self.shows.clock.now(), signed_sheet=sheet.version,
                asked_at=None, answer="",
            )  # fmt: skip
            await store.choose(tx, show.id, signed)

    async def test_camera(self, slug: str) -> CameraState:
        """Look at the camera of the show's room, and keep how often it sends a keyframe."""
        async with self.shows.database.transaction() as tx:
            show, _ = await self._locked(tx, slug)
            seen = self.camera(show.room.id)
            if seen is None:
                raise NoCamera
            now = self.shows.clock.now()
            await store.note_camera(tx, show.id, seen.key_interval_seconds, now)
        return seen

    async def of_show(self, slug: str) -> Prepared:
        async with self.shows.database.transaction() as tx:
            return await self._prepared(tx, await self.shows.in_transaction(tx, slug))

    async def asking(self) -> list[tuple[Show, Asking, Prepared]]:
        """Shows to come whose hosts ask for a signature, who has waited longest first."""
        async with self.shows.database.transaction() as tx:
            found = await store.asking(tx, ASKING_MAX)
            shows = [(await self.shows.by_id(tx, one.show_id), one) for one in found]
            return [(show, one, await self._prepared(tx, show)) for show, one in shows]

    async def edited(
        self,
        tx: Transaction,
        before: Show,
        after: Show,
        *,
        openings_follow: bool,  # noqa: ARG002
    ) -> None:
        """A place or an origin is what a format asks for: another one is to be signed anew."""
        if before.where != after.where:
            await store.unsign(tx, after.id)
        if isinstance(after.state, Cancelled):
            await store.stop_asking(tx, after.id)

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """Refuse to go live what is not what it says it is (a `RunHook`); rehearsals are free."""
        if run.kind is not RunKind.LIVE:
            return
        found = await self._prepared(tx, show)
        if found.gaps and not found.signed:
            raise NotReady(
                missing=tuple(gap.words for gap in found.gaps), path=f"/studio/{show.slug}/format"
            )
        await store.stop_asking(tx, show.id)

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """What a show was stays as it was."""

    async def _locked(self, tx: Transaction, slug: str) -> tuple[Show, Chosen]:
        """The show and what it says of itself, which nobody else changes until the commit."""
        show = await self.shows.locked(tx, slug)
        chosen = await store.chosen(tx, show.id)
        if chosen is None:
            raise NotFound
        return show, chosen

    async def _prepared(self, tx: Transaction, show: Show) -> Prepared:
        chosen = await store.chosen(tx, show.id)
        if chosen is None:
            return Prepared(None, ())
        sheet = await sheets.sheet(tx, show.id)
        gaps = await self._gaps(tx, show, chosen, sheet)
        return Prepared(chosen, gaps, signed=is_signed(chosen, sheet))

    async def _gaps(
        self, tx: Transaction, show: Show, chosen: Chosen, sheet: Sheet
    ) -> Sequence[Gap]:
        wanted = self.known.get(chosen.format)
        if wanted is None:
            return (Gap(Requirement.FORMAT),)
        return missing(
            wanted,
            chosen,
            show,
            sheet,
            rehearsed=await self.shows.has_rehearsed(tx, show.id),
            now=self.shows.clock.now(),
        )
