"""What hosts do with their guests, and what guests' pages say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from livehouse.domains.guests import model, store
from livehouse.domains.guests.errors import GuestLinkGone
from livehouse.domains.guests.model import Guest, Layout, Setting
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, ShowId
from livehouse.storage.database import Database, Transaction
from livehouse.web.signing import Signer

PURPOSE = "guest"
# Neither stream keys nor the passes of hosts look like this.
PREFIX = "guest-"


@dataclass(slots=True)
class Guests:
    """Whoever holds a link is a guest: it is signed, ends with the show, and can be taken back."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    signer: Signer
    # Called after a commit that changes what is to be seen on a stage.
    nudges: list[Callable[[], None]] = field(default_factory=list)

    def link(self, guest_id: UUID) -> str:
        """The word that opens the guest's page and lets in the guest's camera."""
        return PREFIX + self.signer.sign(PURPOSE, guest_id.bytes)

    async def invite(self, show_id: ShowId) -> Guest:
        """Make another link; `TooManyGuests`."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            await store.forget_ended(tx, now)
            others = await store.lock_of_show(tx, show_id)
            guest = model.invited(self.ids.new(), show_id, others, now)
            await store.add(tx, guest)
        return guest

    async def of_show(self, show_id: ShowId) -> tuple[Setting, list[Guest]]:
        return (await self.of_shows([show_id]))[show_id]

    async def of_shows(
        self, show_ids: Sequence[ShowId]
    ) -> dict[ShowId, tuple[Setting, list[Guest]]]:
        """How each stage is laid out, and the guests of each show."""
        async with self.database.transaction() as tx:
            settings = await store.settings(tx, show_ids)
            guests = await store.of_shows(tx, show_ids, self.clock.now())
        return {
            show_id: (
                settings.get(show_id, Setting(show_id)),
                [one for one in guests if one.show_id == show_id],
            )
            for show_id in show_ids
        }

    async def remove(self, show_id: ShowId, guest_id: UUID) -> None:
        """Take the link back: it opens nothing from now on."""
        async with self.database.transaction() as tx:
            _of(await store.lock_of_show(tx, show_id), guest_id)
            await store.forget(tx, guest_id)
        self._nudge()

    async def bring(self, show_id: ShowId, guest_id: UUID, *, on_stage: bool) -> None:
        """On stage or back into the waiting room; `StageFull`."""
        async with self.database.transaction() as tx:
            guests = await store.lock_of_show(tx, show_id)
            guest = model.checked(_of(guests, guest_id), self.clock.now())
            if on_stage:
                model.brought_on(guest, guests)
            await store.change(tx, guest_id, on_stage=on_stage)
        self._nudge()

    async def silence(self, show_id: ShowId, guest_id: UUID, *, silenced: bool) -> None:
        async with self.database.transaction() as tx:
            _of(await store.lock_of_show(tx, show_id), guest_id)
            await store.change(tx, guest_id, silenced=silenced)
        self._nudge()

    async def arrange(
        self, show_id: ShowId, layout: Layout, main: UUID | None, *, names: bool = False
    ) -> None:
        async with self.database.transaction() as tx:
            if main is not None:
                _of(await store.lock_of_show(tx, show_id), main)
            await store.set_setting(tx, Setting(show_id, layout, main, names))
        self._nudge()

    async def by_link(self, link: str) -> Guest:
        """Whose link it is, or `GuestLinkGone`."""
        opened = self.signer.open(PURPOSE, link.removeprefix(PREFIX))
        if not link.startswith(PREFIX) or opened is None:
            raise GuestLinkGone
        return await self.by_id(UUID(bytes=opened))

    async def by_id(self, guest_id: UUID) -> Guest:
        async with self.database.transaction() as tx:
            return model.checked(await store.one(tx, guest_id), self.clock.now())

    async def heard(
        self, link: str, *, name: str, muted: bool, sending: bool, level: int
    ) -> tuple[Guest, Show]:
        """The guest's page says that it is there, and hears how things stand.

        On stage the name stays what it was when the host read it: all viewers may see it.
        """
        guest = await self.by_link(link)
        named = {} if guest.on_stage and guest.name else {"name": model.shown_name(name)}
        async with self.database.transaction() as tx:
            await store.change(
                tx, guest.id, **named, muted=muted, sending=sending,
                level=max(0, min(level, model.LEVEL_MAX)), seen_at=self.clock.now(),
            )  # fmt: skip
            return guest, await self.shows.by_id(tx, guest.show_id)

    async def forget_ended(self) -> None:
        """Whose link has ended is no guest any more."""
        async with self.database.transaction() as tx:
            await store.forget_ended(tx, self.clock.now())

    async def show_of(self, guest: Guest) -> Show:
        async with self.database.transaction() as tx:
            return await self.shows.by_id(tx, guest.show_id)

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """Who was invited before stays invited."""

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """With the show its guests go; after a rehearsal they stay."""
        if run.kind is RunKind.LIVE:
            await store.forget_show(tx, show.id)

    def _nudge(self) -> None:
        for nudge in self.nudges:
            nudge()


def _of(guests: Sequence[Guest], guest_id: UUID) -> Guest:
    found = next((one for one in guests if one.id == guest_id), None)
    if found is None:
        raise NotFound
    return found
