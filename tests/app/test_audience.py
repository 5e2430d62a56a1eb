"""The simulated viewers buy what anybody could buy."""

from livehouse.app.audience import buyable

CARD = {"state": "open", "left": 3, "closes_at": 2_000}


def test_what_is_open_and_left_can_be_bought() -> None:
    assert buyable({"offers": {"a": dict(CARD)}}, 1_000) == ["a"]


def test_nothing_else_can() -> None:
    cards: dict[str, object] = {
        "sold": CARD | {"left": 0},
        "closed": CARD | {"state": "closed"},
        "over": CARD | {"closes_at": 999},
        "drawn for": CARD | {"fair_window_ms": 5_000, "fair": {"stage": "called"}},
    }
    assert buyable({"offers": cards}, 1_000) == []
    assert buyable({}, 1_000) == []
