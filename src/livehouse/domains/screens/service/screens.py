"""Pairing a screen with a phone, and what the two say to each other."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from livehouse.domains.screens import model, store
from livehouse.domains.screens.errors import UnknownCode, UnknownScreen
from livehouse.domains.screens.model import Report, Screen, Wish
from livehouse.domains.screens.service.watching import Side, Watching
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import IdSource, PersonId, ScreenId
from livehouse.storage.database import Database, Transaction

TOKEN_BYTES = 32
# Two screens hardly ever draw the same code; three times in a row something else is wrong.
TRIES_MAX = 3


@dataclass(frozen=True, slots=True)
class Screens:
    database: Database
    clock: Clock
    ids: IdSource
    watching: Watching

    async def begin(self, token: str) -> tuple[Screen, str]:
        """A screen is turned on: as it was, if it is paired or its code still fresh, else as a
        new one, with the token that it is to keep."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            known = await store.by_token(tx, _kept(token), now)
            if known is not None and (known.person_id or model.is_fresh(known.code_until, now)):
                return known, token
            if known is not None:
                await store.drop(tx, known.id)
            return await self._new(tx)

    async def _new(self, tx: Transaction) -> tuple[Screen, str]:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self.clock.now()
        for _ in range(TRIES_MAX):
            code, screen_id = model.new_code(secrets.choice), ScreenId(self.ids.new())
            until = now + model.CODE_LASTS
            if await store.add(tx, screen_id, _kept(token), code, until=until):
                found = await store.by_token(tx, _kept(token), now)
                assert found is not None, "it has just been written"
                return found, token
        raise Busy

    async def shown(self, token: str) -> Screen:
        """The screen that holds this token; raises `UnknownScreen` when it was let go."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            screen = await store.by_token(tx, _kept(token), now)
            if screen is None:
                raise UnknownScreen
            if model.stays(screen, now):
                await store.stay(tx, screen.id, now + model.PAIRED_LASTS)
        return screen

    async def asked(self, token: str, seen: int) -> Screen:
        """The same, once its phone has asked more than it has `seen`, or after a while."""
        await self.watching.news(await self.shown(token), Side.ASKED, seen)
        return await self.shown(token)

    async def tell(self, token: str, report: Report, *, heard: int) -> None:
        """The screen says what it shows, and how much of what was asked it has `heard`; before it
        is paired nobody listens."""
        screen = await self.shown(token)
        if screen.person_id is None:
            raise UnknownScreen
        async with self.database.transaction() as tx:
            sound = model.sound(report, to_ms(self.clock.now()))
            await store.tell(tx, screen.id, sound, heard=heard)
        self.watching.ring(screen.id)

    async def leave(self, token: str) -> None:
        """Unpair from the side of the screen; asked again it is harmless."""
        async with self.database.transaction() as tx:
            screen = await store.by_token(tx, _kept(token), self.clock.now())
            if screen is None:
                return
            await store.drop(tx, screen.id)
        self.watching.ring(screen.id)

    async def offered(self, typed: str) -> str:
        """The code, if a screen shows it now; raises `UnknownCode`."""
        code = model.read_code(typed)
        async with self.database.transaction() as tx:
            found = await store.by_code(tx, code, self.clock.now()) if code else None
        if found is None:
            raise UnknownCode
        return code

    async def pair(self, typed: str, person_id: PersonId) -> Screen:
        """Make the person's phone the remote of the screen that shows this code, once."""
        code = model.read_code(typed)
        now = self.clock.now()
        async with self.database.transaction() as tx:
            until = now + model.PAIRED_LASTS
            screen_id = await store.pair(tx, code, person_id, now=now, until=until)
            if screen_id is None:
                raise UnknownCode
            own = await store.of_person(tx, person_id, now)
            found = next(one for one in own if one.id == screen_id)
            others = [one.id for one in own if one.id != screen_id]
            gone = others[model.SCREENS_MAX - 1 :]
            for one in gone:
                await store.drop(tx, one)
        for one in (screen_id, *gone):
            self.watching.ring(one)
        return found

    async def of_person(self, person_id: PersonId) -> list[Screen]:
        async with self.database.transaction() as tx:
            return await store.of_person(tx, person_id, self.clock.now())

    async def own(self, person_id: PersonId, screen_id: ScreenId) -> Screen:
        """One of the person's screens; raises `UnknownScreen`."""
        for one in await self.of_person(person_id):
            if one.id == screen_id:
                return one
        raise UnknownScreen

    async def told(self, person_id: PersonId, screen_id: ScreenId, seen: int) -> Screen:
        """One's own screen once it has told more than was `seen`, or after a while."""
        await self.watching.news(await self.own(person_id, screen_id), Side.TOLD, seen)
        return await self.own(person_id, screen_id)

    async def ask(self, person_id: PersonId, screen_id: ScreenId, wish: Wish) -> None:
        now = self.clock.now()
        until = now + model.PAIRED_LASTS
        async with self.database.transaction() as tx:
            if not await store.ask(tx, screen_id, person_id, wish, now=now, until=until):
                raise UnknownScreen
        self.watching.ring(screen_id)

    async def unpair(self, person_id: PersonId, screen_id: ScreenId) -> None:
        """From the side of the phone; asked again it is harmless."""
        async with self.database.transaction() as tx:
            own = await store.of_person(tx, person_id, self.clock.now())
            if all(one.id != screen_id for one in own):
                return
            await store.drop(tx, screen_id)
        self.watching.ring(screen_id)

    async def forget_expired(self) -> int:
        async with self.database.transaction() as tx:
            return await store.forget_expired(tx, self.clock.now())

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """The paired screens, for the export of a person's data."""
        own = await self.of_person(person_id)
        return {"screens": [{"paired_until": one.expires_at, "shows": one.report.show}
                            for one in own]}  # fmt: skip

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.forget(tx, person_id)


def _kept(token: str) -> bytes:
    """What we keep of a token: enough to know it again, useless to who reads our tables."""
    return sha256(token.encode()).digest()
