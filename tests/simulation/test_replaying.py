"""A seed is a history: played again it is the same to the last event, in any process."""

import os
import subprocess
import sys

import pytest

from tests.simulation.world import simulate


@pytest.mark.parametrize("seed", [3, 7])
def test_a_seed_plays_the_same_history_again(seed: int) -> None:
    first, second = simulate(seed), simulate(seed)

    assert len(first.events) > 50
    assert first.events == second.events
    assert first.digest() != simulate(seed + 1).digest()


def test_another_process_plays_the_same_history() -> None:
    code = "from tests.simulation.world import simulate; print(simulate(5).digest())"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}

    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == simulate(5).digest()
