"""Every bound of storage, in one place."""

from datetime import timedelta

POOL_SECONDS_MAX = 10.0
STATEMENT_SECONDS_MAX = 30.0
MIGRATION_LOCK_SECONDS_MAX = 120.0

POSTGRES_START_SECONDS_MAX = 600.0  # a long recovery after a crash is awaited, not given up on
POSTGRES_STOP_SECONDS_MAX = 30.0
# A server that ended by itself: its processes need a moment to go, then ever longer pauses.
POSTGRES_RETRY_FIRST = timedelta(milliseconds=100)
POSTGRES_RETRY_MAX = timedelta(seconds=10)
POSTGRES_CONNECTIONS_MAX = 80
SOCKET_PATH_BYTES_MAX = 100  # the system allows 107
