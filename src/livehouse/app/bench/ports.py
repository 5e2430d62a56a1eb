"""Ports for programs that cannot choose one themselves and say which."""

import secrets
import socket

from livehouse.app.bench.crews import CrewFailed

LOCAL = "127.0.0.1"
# Below those that Linux gives to connections (32,768 and more): nobody who just connects somewhere
# takes the port before its program has it, or while that program is started again.
FIRST, LAST = 20_000, 32_000
TRIES_MAX = 100


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of this machine that nobody holds now; other processes will hardly pick the same."""
    for _ in range(TRIES_MAX):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        with socket.socket(type=kind) as probe:
            try:
                probe.bind((LOCAL, port))
            except OSError:
                continue
            return port
    raise CrewFailed(f"no port between {FIRST} and {LAST} is free")
