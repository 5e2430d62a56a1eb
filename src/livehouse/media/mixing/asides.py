"""Where guests on stage hear the others: what mixes tell, viewers over WebRTC listen to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from livehouse.media.packets import Aside


class Asides:
    """For all runs of the process; an input is on one stage at a time."""

    def __init__(self) -> None:
        self._ears: list[Callable[[Aside], None]] = []

    def tell(self, aside: Aside) -> None:
        """Never waits."""
        for ear in self._ears:
            ear(aside)

    @contextmanager
    def hearing(self, ear: Callable[[Aside], None]) -> Iterator[None]:
        self._ears.append(ear)
        try:
            yield
        finally:
            self._ears.remove(ear)
