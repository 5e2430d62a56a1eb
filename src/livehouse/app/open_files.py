"""How many files, and so connections, this process may have open; as many as the system lets it."""

import os
import resource

from livehouse.app.settings import Settings
from livehouse.engine import limits
from livehouse.engine.gateway import Allowances

# What a process has open beside live connections: the database, logs, video, plain requests.
OTHERS = 512
CONNECTION_BYTES = 32 * 1024  # with what the system keeps for its socket


def allow_open_files(wanted: int) -> int:
    """Raise the limit towards `wanted`, and tell what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


def connections_allowed() -> int:
    """How many live connections this process can hold: by open files, memory, and our own bound."""
    files = allow_open_files(limits.CONNECTIONS_MAX + OTHERS) - OTHERS
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return max(1, min(limits.CONNECTIONS_MAX, files, memory // CONNECTION_BYTES))


def allowances_of(settings: Settings) -> Allowances:
    """How much viewers may take of this node."""
    return Allowances(
        connections=settings.connections or connections_allowed(),
        connections_per_address=settings.connections_per_address,
        messages_per_second=settings.messages_per_second,
        messages_burst=settings.messages_burst,
    )
