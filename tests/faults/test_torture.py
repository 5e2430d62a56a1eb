"""The whole torture in a short form: many ask for little, and what holds the sale is killed."""

from pathlib import Path

import msgspec
import pytest

from livehouse.app.bench.asking import Manners
from livehouse.app.bench.fates import Fates
from livehouse.app.bench.leavings import ACKS, SALE, judge_again, read
from livehouse.app.bench.torture import TorturePlan, bench_torture

KEYS = {
    "bench", "machine", "pids", "seconds", "against", "attempts", "units", "sold", "oversold",
    "undersold", "acknowledged_lost", "paid_twice", "kills", "ledger_sum_minor",
}  # fmt: skip


async def test_a_sale_under_torture_sells_every_unit_once(tmp_path: Path) -> None:
    plan = TorturePlan(
        attempts=2_000, units=60, buyers=24, limit=5, crews=2, kills=5, hold_seconds=1,
        finish_seconds_max=90, seed=7, manners=Manners(pause_seconds=0.03, look_again_seconds=0.3),
        fates=Fates(pay_within_seconds=0.3),
    )  # fmt: skip

    figures = await bench_torture(plan, lambda _: None, keep=tmp_path)

    assert figures.is_clean, figures.told
    assert msgspec.to_builtins(figures).keys() >= KEYS
    assert (figures.sold, figures.oversold, figures.undersold) == (60, 0, 0)
    assert (figures.acknowledged_lost, figures.paid_twice) == (0, 0)
    assert figures.ledger_sum_minor == 0 < figures.ledger_transfers
    assert figures.attempts >= plan.attempts
    assert figures.killed == {"house": 2, "database": 2, "backend": 1}
    assert {"discount_gone", "coupon_used"} <= figures.refused.keys()
    assert all(
        0 < used <= most for used, most in zip(figures.redeemed, figures.coupons, strict=True)
    )
    assert figures.acknowledged > plan.units, "nothing came back and was sold again"
    told = {one.do for one in read(tmp_path / ACKS)}
    assert told >= {"buy", "pay", "notice"}
    assert (tmp_path / SALE).exists()
    assert judge_again(tmp_path) == []


async def test_what_somebody_kept_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / ACKS).write_text("mine")

    with pytest.raises(Exception, match="not empty"):
        await bench_torture(TorturePlan(kills=0), lambda _: None, keep=tmp_path)
