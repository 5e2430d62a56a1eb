"""What a crowd sends is gathered and written together, a few times a second."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import structlog

from livehouse.foundation.errors import Busy, DomainError

log = structlog.get_logger()

Wish = TypeVar("Wish")
Result = TypeVar("Result")
Answer: TypeAlias = Callable[[Result | DomainError], None]

WAITING_MAX = 50_000
GROUP_MAX = 5_000
# Windows of one person that wait for the same answer; the oldest hear it by asking again.
ANSWERS_MAX = 4


@dataclass(slots=True)
class Gathered(Generic[Wish, Result]):
    """`write` takes a group and tells, in its order, how it went for each. The same wish that
    comes twice meanwhile is written once: `key` says which is the same."""

    name: str
    write: Callable[[Sequence[Wish]], Awaitable[Sequence[Result | DomainError]]]
    key: Callable[[Wish], Hashable]
    _waiting: dict[Hashable, tuple[Wish, list[Answer[Result]]]] = field(default_factory=dict)

    def submit(self, wish: Wish, answer: Answer[Result]) -> None:
        """Take a wish; `answer` hears how it went, once that is durable. `Busy` when too many
        wait."""
        key = self.key(wish)
        waiting = self._waiting.get(key)
        if waiting is None:
            if len(self._waiting) >= WAITING_MAX:
                raise Busy
            waiting = self._waiting[key] = (wish, [])
        waiting[1].append(answer)
        del waiting[1][:-ANSWERS_MAX]

    async def flush(self) -> int:
        """Write what came since the last time, and answer."""
        waiting, self._waiting = list(self._waiting.values()), {}
        for start in range(0, len(waiting), GROUP_MAX):
            group = waiting[start : start + GROUP_MAX]
            for (_, answers), result in zip(
                group, await self._write([wish for wish, _ in group]), strict=True
            ):
                for answer in answers:
                    self._deliver(answer, result)
        return len(waiting)

    async def _write(self, wishes: Sequence[Wish]) -> Sequence[Result | DomainError]:
        try:
            return await self.write(wishes)
        except Exception:
            # Whether it was committed is not known; saying it again is harmless.
            log.exception("group_not_written", name=self.name, items=len(wishes))
            return [Busy()] * len(wishes)

    def _deliver(self, answer: Answer[Result], result: Result | DomainError) -> None:
        try:
            answer(result)
        except Exception:
            # One broken answer must not keep the others from theirs.
            log.exception("answer_failed", name=self.name)
