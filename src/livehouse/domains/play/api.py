"""Draws over HTTP: planned and started by the staff, claimed by winners, checked by anybody."""

from datetime import timedelta
from uuid import UUID

from litestar.response import Response

from livehouse.domains.people import People, masked
from livehouse.domains.play.model.battles import Vote
from livehouse.domains.play.model.claims import Claim
from livehouse.domains.play.ports import Records
from livehouse.domains.play.service import Battles, Claims, Contests, Draws
from livehouse.domains.play.service.steps import record_key
from livehouse.domains.play.wire import (
    CastOutside,
    ClaimInfo,
    ClaimPrize,
    ContestInfo,
    MyDraw,
    MyVotes,
    PlanDraw,
    PlannedDraw,
    PrepareVote,
    RoundInfo,
    RoundList,
    VotesLeft,
    battle_plan,
    contest_info,
    plan_of,
    round_id_of,
    round_info,
)
from livehouse.domains.programmes import CueKind, Preparations, PreparedInfo, prepared_info
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, BattleId, ContestId
from livehouse.web.context import address_of
from livehouse.web.guards import own_show, require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    delete,
    get,
    limited,
    post,
)
from livehouse.web.limits import OPENINGS, Rate, address_key

STAFF = {"scope": "shows:write"}
READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}
# One says the sum of many taps: who asks more often than this has a machine tapping.
VOTES = Rate("votes", 240, timedelta(minutes=1))


@get("/api/shows/{slug:str}/draws", opt=STAFF)
async def list_draws(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], draws: Service[Draws]
) -> RoundList:
    """What is planned and what was played in a show, for its staff."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    planned = [PlannedDraw(plan_id, plan.title) for plan_id, plan in await draws.plans(show)]
    started = await draws.started(show)
    return RoundList(planned, [round_info(one) for draw in started for one in draw.rounds])


@post("/api/shows/{slug:str}/draws", opt=STAFF)
async def plan_draw(
    *,
    slug: FromPath[str],
    data: JSONBody[PlanDraw],
    viewer: CurrentViewer,
    shows: Service[Shows],
    stores: Service[Stores],
    draws: Service[Draws],
) -> PlannedDraw:
    """Keep a draw to be started later; nobody sees it until then."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    store = await stores.store(show.room.store_id)
    plan = plan_of(data, store.currency)
    return PlannedDraw(await draws.plan(show, plan), plan.title)


@delete("/api/shows/{slug:str}/draws/{draw_id:uuid}", opt=STAFF)
async def forget_plan(
    slug: FromPath[str],
    draw_id: FromPath[UUID],
    viewer: CurrentViewer,
    shows: Service[Shows],
    draws: Service[Draws],
) -> None:
    """Throw away a plan; what has started stays as it is, whoever asks."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    await draws.throw_away(show, draw_id)


@post("/api/shows/{slug:str}/draws/{draw_id:uuid}/start", status_code=200, opt=STAFF)
async def start_draw(
    slug: FromPath[str],
    draw_id: FromPath[UUID],
    viewer: CurrentViewer,
    shows: Service[Shows],
    draws: Service[Draws],
) -> RoundInfo:
    """Freeze its terms and begin, in the run that is on."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    by = require_signed_in(viewer)
    return round_info(await draws.start(show.slug, draw_id, by=by))


@post("/api/shows/{slug:str}/battles/prepared", opt=STAFF)
async def prepare_vote(
    *,
    slug: FromPath[str],
    data: JSONBody[PrepareVote],
    viewer: CurrentViewer,
    shows: Service[Shows],
    battles: Service[Battles],
    preparations: Service[Preparations],
) -> PreparedInfo:
    """Keep a battle or a poll ready for a cue of the run-sheet, which begins it."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    plan = battle_plan(data)
    await battles.check(show, plan)
    return prepared_info(await preparations.keep(show, CueKind.VOTE, plan.title, plan))


@get("/api/battles/{battle_id:uuid}/mine", opt=READ)
async def my_votes(
    battle_id: FromPath[UUID], viewer: CurrentViewer, battles: Service[Battles]
) -> MyVotes:
    """What the viewer has given today and may still give, and how many friends they brought."""
    mine = await battles.mine(BattleId(battle_id), require_signed_in(viewer))
    given = {str(number): votes for number, votes in mine.given.items()}
    return MyVotes(given=given, left=mine.left, friends=mine.friends)


@get("/api/contests/{contest_id:uuid}")
async def read_contest(contest_id: FromPath[UUID], contests: Service[Contests]) -> ContestInfo:
    """A star battle over days as it stands, for anybody: the whole ranking, and the open round."""
    standing = await contests.standing(ContestId(contest_id))
    return contest_info(standing, contests.battles.clock.now())


@post("/api/battles/{battle_id:uuid}/votes", status_code=200, opt=WRITE, guards=[limited(VOTES)])
async def cast_outside(
    request: AnyRequest,
    battle_id: FromPath[UUID],
    data: JSONBody[CastOutside],
    viewer: CurrentViewer,
    battles: Service[Battles],
) -> VotesLeft:
    """Vote in the open round of a contest, in a show or between the shows. Harmless to repeat."""
    person_id = require_signed_in(viewer)
    counted = await battles.cast(
        Vote(
            BattleId(battle_id), person_id, data.contestant, data.given,
            address_key(address_of(request)), outside=True,
        )
    )  # fmt: skip
    return VotesLeft(counted.votes, counted.left)


@get("/api/draws/{round_id:str}")
async def draw_round(round_id: FromPath[str], draws: Service[Draws]) -> RoundInfo:
    """A round as it stands, for anybody."""
    _, one = await draws.round(round_id_of(round_id))
    return round_info(one)


@get("/api/draws/{round_id:str}/mine", opt=READ)
async def my_draw(
    round_id: FromPath[str],
    viewer: CurrentViewer,
    draws: Service[Draws],
    people: Service[People],
) -> MyDraw:
    """Whether the viewer is in a round, and the friends whom they have brought into it."""
    mine = await draws.mine(round_id_of(round_id), require_signed_in(viewer))
    names = await people.accounts.names(mine.newest)
    shown = [masked(names[one]) for one in mine.newest if one in names]
    done = mine.done
    return MyDraw(mine.takes_part, mine.friends, shown, done.friends, done.minutes, done.follow)


@get("/api/draws/{round_id:str}/record", guards=[limited(OPENINGS)])
async def draw_record(
    round_id: FromPath[str], draws: Service[Draws], records: Service[Records]
) -> Response[bytes]:
    """Everything that a check needs, once the draw is over: `livehouse draw verify` reads it."""
    _, one = await draws.round(round_id_of(round_id))
    content = await records.get(record_key(one.id))
    if content is None or one.stage.value != "done":
        raise NotFound
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type="application/json", headers=headers)


@get("/api/prizes", opt=READ)
async def my_prizes(viewer: CurrentViewer, claims: Service[Claims]) -> list[ClaimInfo]:
    """What the viewer has won, the newest first."""
    person_id = require_signed_in(viewer)
    return [claim_info(one) for one in await claims.of_person(person_id)]


@post("/api/prizes/{round_id:str}/{place:int}/claim", status_code=200, opt=WRITE)
async def claim_prize(
    round_id: FromPath[str],
    place: FromPath[int],
    data: JSONBody[ClaimPrize],
    viewer: CurrentViewer,
    claims: Service[Claims],
) -> ClaimInfo:
    """Take a prize that was won, in time."""
    person_id = require_signed_in(viewer)
    address_id = AddressId(data.address_id) if data.address_id else None
    return claim_info(await claims.claim(round_id_of(round_id), place, person_id, address_id))


def claim_info(claim: Claim) -> ClaimInfo:
    return ClaimInfo(
        round_id=claim.round_id,
        place=claim.position,
        title=claim.prize.title,
        state=claim.state.value,
        deadline=claim.deadline,
    )


routes = [
    list_draws,
    plan_draw,
    forget_plan,
    start_draw,
    prepare_vote,
    draw_round,
    draw_record,
    my_draw,
    my_prizes,
    claim_prize,
    my_votes,
    read_contest,
    cast_outside,
]
