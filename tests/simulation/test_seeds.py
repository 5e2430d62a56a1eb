"""Every law holds in every simulated history: whatever is lost, late, repeated, frozen or killed.

`pytest tests/simulation/test_seeds.py --seed 1234` plays one history again, exactly.
"""

import pytest

from tests.simulation.weather import weather_of
from tests.simulation.world import simulate

SHORT_SEEDS = 100
BLOCK_SEEDS = 25
THOROUGH_FROM = 1_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Seeds come in blocks, which test workers share."""
    config, seed = metafunc.config, metafunc.config.getoption("seed")
    if "short" in metafunc.fixturenames:
        found = range(SHORT_SEEDS) if seed is None else range(seed, seed + 1)
        metafunc.parametrize("short", _blocks(found, BLOCK_SEEDS), ids=str)
    elif "long" in metafunc.fixturenames:
        thorough = range(THOROUGH_FROM, THOROUGH_FROM + config.getoption("seeds"))
        metafunc.parametrize("long", _blocks(thorough, BLOCK_SEEDS * 10), ids=str)


def test_every_law_holds_whatever_goes_wrong(short: range) -> None:
    play(short)


@pytest.mark.torture
def test_every_law_holds_for_very_many_seeds(long: range) -> None:
    play(long)


def play(seeds: range) -> None:
    """Let each seed's world live, and tell how the first that breaks a law came to it."""
    for seed in seeds:
        history = simulate(seed)
        if history.broken:
            again = f"pytest tests/simulation/test_seeds.py --seed {seed}"
            story = "\n".join(history.excerpt())
            pytest.fail(
                f"seed {seed}: {history.broken[0]}\n\n{story}\n\n{weather_of(seed)}\n\n"
                f"Again, exactly: {again}",
                pytrace=False,
            )


def _blocks(seeds: range, size: int) -> list[range]:
    return [seeds[begin : begin + size] for begin in range(0, len(seeds), size)]
