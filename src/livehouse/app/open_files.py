"""How many files, and so connections, this process may have open; as many as the system lets it."""

import resource

# What a process has open beside live connections: the database, logs, video, plain requests.
OTHERS = 512


def allow_open_files(wanted: int) -> int:
    """Raise the limit towards `wanted`, and tell what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)
