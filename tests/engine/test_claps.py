"""Applause is summed up as hearts are, and told beside them."""

from livehouse.engine.folding import Inputs, Standing, fold_tick
from livehouse.engine.folds import Folds

NOTHING = Folds(lambda _: {}, ())


def test_claps_and_hearts_add_up_side_by_side() -> None:
    room = Standing({"counts": {"likes": 5}})

    for claps in (3, 0, 4):
        inputs = Inputs(likes=1, claps=claps)
        room = fold_tick(room, inputs, NOTHING, epoch=1, now_ms=room.at + 200).standing

    assert room.state == {"counts": {"likes": 8, "claps": 7}}
