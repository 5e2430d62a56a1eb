"""What people may share, and where it is: shows, rooms, campaigns, draws."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from livehouse.domains.campaigns import Campaigns
from livehouse.domains.invites import Place, Places, Thumbnail
from livehouse.domains.play import Battles, Contests, Draws
from livehouse.domains.shows import Cancelled, Show, Shows, drawn_poster, poster_of
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import BattleId, ContestId, DrawId, RoomId, RoundId, ShowId
from livehouse.web.stage_picture import HEIGHT, WIDTH

TEXT_CHARACTERS_MAX = 200
# The side of a picture that is drawn for what has none.
DRAWN_SIDE = 480


@dataclass(frozen=True, slots=True)
class ShowPlaces:
    shows: Shows

    async def place(self, subject_id: UUID, /) -> Place | None:
        show = (await self.shows.of_ids([ShowId(subject_id)])).get(ShowId(subject_id))
        if show is None or isinstance(show.state, Cancelled):
            return None
        return Place(
            path=f"/shows/{show.slug}",
            title=show.title,
            image=poster_of(show),
            thumbnail=_stage(show),
            embed=f"/embed/{show.slug}",
            text=show.description[:TEXT_CHARACTERS_MAX],
            joins_on_arrival=True,
        )

    async def named(self, name: str, /) -> UUID | None:
        try:
            return (await self.shows.by_slug(name)).id
        except NotFound:
            return None


@dataclass(frozen=True, slots=True)
class RoomPlaces:
    shows: Shows

    async def place(self, subject_id: UUID, /) -> Place | None:
        room = (await self.shows.rooms_by_ids([RoomId(subject_id)])).get(RoomId(subject_id))
        if room is None:
            return None
        return Place(
            path=f"/rooms/{room.slug}",
            title=room.title,
            image=_drawn(room.slug, room.title),
            thumbnail=Thumbnail(_drawn(room.slug, room.title), DRAWN_SIDE, DRAWN_SIDE),
            joins_on_arrival=True,
        )

    async def named(self, name: str, /) -> UUID | None:
        try:
            room, _ = await self.shows.room(name)
        except NotFound:
            return None
        return room.id


@dataclass(frozen=True, slots=True)
class CampaignPlaces:
    campaigns: Campaigns

    async def place(self, subject_id: UUID, /) -> Place | None:
        campaign = await self.campaigns.public(subject_id)
        if campaign is None:
            return None
        name = campaign.name.read("en")
        return Place(
            path=f"/campaigns/{campaign.slug}",
            title=name,
            image=_drawn(campaign.slug, name),
            thumbnail=Thumbnail(_drawn(campaign.slug, name), DRAWN_SIDE, DRAWN_SIDE),
            joins_on_arrival=True,
        )

    async def named(self, name: str, /) -> UUID | None:
        try:
            return (await self.campaigns.by_slug(name)).id
        except NotFound:
            return None


@dataclass(frozen=True, slots=True)
class BattlePlaces:
    """Friends come to the show, or to the contest's page, and count once they vote."""

    battles: Battles

    async def place(self, subject_id: UUID, /) -> Place | None:
        found = await self.battles.shared(BattleId(subject_id))
        if found is None:
            return None
        battle, show = found
        if battle.contest_id is not None:
            return _contest(battle.contest_id, battle.title)
        assert show is not None, "what is no contest's was begun in a show"
        return Place(
            path=f"/shows/{show.slug}",
            title=battle.title,
            image=poster_of(show),
            thumbnail=_stage(show),
        )

    async def named(self, name: str, /) -> UUID | None:
        try:
            return UUID(name)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class ContestPlaces:
    """A star battle over days, at its page: who has come by a link and votes counts for the day."""

    contests: Contests

    async def place(self, subject_id: UUID, /) -> Place | None:
        try:
            contest = (await self.contests.standing(ContestId(subject_id))).contest
        except NotFound:
            return None
        return _contest(contest.id, contest.title)

    async def named(self, name: str, /) -> UUID | None:
        try:
            return UUID(name)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class DrawPlaces:
    """A draw, at the page of its newest round: what there is to win, and the way in."""

    draws: Draws
    shows: Shows

    async def place(self, subject_id: UUID, /) -> Place | None:
        found = await self.draws.shared(DrawId(subject_id))
        if found is None:
            return None
        draw, one = found
        show = await self.shows.of_run(draw.run_id)
        return Place(
            path=f"/draws/{one.id}",
            title=draw.plan.title,
            image=poster_of(show),
            thumbnail=_stage(show),
        )

    async def named(self, name: str, /) -> UUID | None:
        try:
            return (await self.draws.round(RoundId(UUID(name))))[1].draw_id
        except (ValueError, NotFound):
            return None


def places(shows: Shows, campaigns: Campaigns, battles: Battles, draws: Draws) -> dict[str, Places]:
    """Every kind of subject."""
    return {
        "show": ShowPlaces(shows),
        "room": RoomPlaces(shows),
        "campaign": CampaignPlaces(campaigns),
        "battle": BattlePlaces(battles),
        "contest": ContestPlaces(Contests(battles)),
        "draw": DrawPlaces(draws, shows),
    }


def _contest(contest_id: ContestId, title: str) -> Place:
    drawn = _drawn(str(contest_id), title)
    return Place(
        path=f"/contests/{contest_id}",
        title=title,
        image=drawn,
        thumbnail=Thumbnail(drawn, DRAWN_SIDE, DRAWN_SIDE),
    )


def _stage(show: Show) -> Thumbnail:
    return Thumbnail(drawn_poster(show), WIDTH, HEIGHT)


def _drawn(slug: str, title: str) -> str:
    return f"/media/drawn/{slug}/{quote(title.strip()[:1], safe='')}.svg"
