"""What shows need from the domains above them."""

from typing import Protocol

from livehouse.domains.shows.model import Run, Show
from livehouse.storage.database import Transaction


class RunHook(Protocol):
    """Takes part in the transaction that starts a run, as offers do to list themselves."""

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None: ...
