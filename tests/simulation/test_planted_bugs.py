"""The laws and the weather are worth something: each planted bug is found within a few seeds."""

import pytest

from tests.simulation.planted import BUGS, Bug, planted
from tests.simulation.world import simulate

SEEDS_MAX = 250


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    with planted(bug) as parts:
        seeds = range(bug.near, bug.near + SEEDS_MAX)
        found = next((seed for seed in seeds if simulate(seed, parts).broken), None)

    assert found is not None, f"{SEEDS_MAX} seeds do not find it"
