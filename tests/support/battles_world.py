"""Battles, told briefly."""

from datetime import timedelta
from uuid import UUID

from livehouse.domains.crowd import Reward
from livehouse.domains.play.model.battles import Battle, BattlePlan, Vote
from livehouse.foundation.ids import PersonId
from tests.support.draws_world import a_live_show
from tests.support.shows_world import ShowsWorld

FREE = 10


async def a_battle(world: ShowsWorld, free_votes: int = FREE) -> Battle:
    show = await a_live_show(world)
    return await world.battles.begin(
        show.slug, BattlePlan("Stars", ["Ann", "Bo"], free_votes, timedelta(hours=1))
    )


def a_vote(battle: Battle, person: int, contestant: int, given_: int, address: str = "") -> Vote:
    return Vote(battle.id, PersonId(UUID(int=person)), contestant, given_, address)


async def shown(world: ShowsWorld, battle: Battle) -> dict[str, object]:
    """What the room shows of it."""
    state = await world.rooms.show()
    battles = state["battles"]
    assert isinstance(battles, dict)
    found = battles[str(battle.id)]
    assert isinstance(found, dict)
    return found


async def a_friendly_battle(world: ShowsWorld, *, points: int = 0) -> Battle:
    show = await a_live_show(world)
    return await world.battles.begin(
        show.slug,
        BattlePlan(
            "Stars",
            ["Ann", "Bo"],
            FREE,
            timedelta(hours=30),
            friend_votes=3,
            reward=Reward(points=points),
        ),
    )
