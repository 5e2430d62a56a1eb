"""Background work of followers: what they are told of, and forgetting who has left."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from livehouse.domains.followers.model import NewsKind
from livehouse.domains.followers.service import News

Work: TypeAlias = Callable[[], Awaitable[int]]

TELL_EVERY = timedelta(seconds=5)
FORGET_EVERY = timedelta(hours=1)


def periodic(news: News) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "follower_news", TELL_EVERY, news.tell
    for kind in NewsKind:
        yield f"letters_{kind.value}", TELL_EVERY, partial(news.send_due, kind)
    yield "forget_followers", FORGET_EVERY, news.followers.forget
