"""The simulated viewers follow the room as any client does."""

import random

from livehouse.app.audience import Member, Task
from livehouse.foundation.clock import SystemClock

CARD = {"state": "open", "left": 3}


def a_member() -> Member:
    task = Task("http://127.0.0.1:1", "tea-at-dusk", [])
    return Member(task, "lh_token", random.Random(1), SystemClock())


def test_a_keyframe_and_its_patches_tell_what_is_on_offer() -> None:
    member = a_member()

    member.hear({"n": 1, "state": {"offers": {"a": dict(CARD)}}})
    member.hear({"n": 2, "patch": {"offers": {"a": {"left": 2}}}})

    assert member.offers == {"a": {"state": "open", "left": 2}}


def test_an_answer_to_a_wish_is_no_news_of_the_room() -> None:
    member = a_member()
    member.hear({"n": 1, "state": {"offers": {"a": dict(CARD)}}})

    member.hear({"type": "orders.bought", "id": "x", "state": "placed"})

    assert member.offers == {"a": CARD}
