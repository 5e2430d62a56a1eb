"""A node among others: who it is, what it does, and whether it may join them."""

import asyncio
import hmac
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import asyncpg

from livehouse.app.secrets_folder import secret
from livehouse.app.settings import Settings
from livehouse.jobs.periodic import Periodic
from livehouse.storage.nodes import MediaOwners, Node, PostgresNodes

ALIVE = timedelta(seconds=10)
SAY_EVERY = timedelta(seconds=2)
# Asked for anew every second; a node that is gone leaves its runs' video to others after so long.
MEDIA_LEASE = timedelta(seconds=5)
LEAVE_SECONDS_MAX = 3.0
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - where nobody can be reached


class NodeRefused(Exception):
    """This node may not join the others; the message says what to change."""


def key(settings: Settings, name: str) -> bytes:
    """A secret of the house: from the settings, else made in the data folder at the first start."""
    given = {"signing": settings.signing_key, "sandbox": settings.sandbox_key}[name]
    return given.encode() if given else secret(settings.folder / "secrets", name)


def this_node(settings: Settings) -> Node:
    """Known by its machine and data folder, so that a restarted node is the same one."""
    proof = hmac.digest(
        key(settings, "signing"), b"nodes" + sha256(key(settings, "sandbox")).digest(), "sha256"
    )
    return Node(
        id=f"{socket.gethostname()}:{settings.folder}",
        roles=settings.roles,
        address=settings.node_address.rstrip("/") or _own_address(settings),
        has_nats=bool(settings.nats_url),
        keys_proof=proof.hex()[:32],
    )


def admit(me: Node, others: Sequence[Node]) -> None:
    """Refuse what would go wrong silently: nodes that cannot hear or believe each other."""
    for other in others:
        if me.keys_proof != other.keys_proof:
            raise NodeRefused(
                f"{other.id} carries this house with other secrets: give every node the same "
                "signing_key and sandbox_key, or the same files in data/secrets"
            )
        if not (me.has_nats and other.has_nats):
            lacking = "this node" if not me.has_nats else other.id
            raise NodeRefused(
                f"{other.id} carries this house, too, and {lacking} is without NATS: set nats_url "
                f"on every node (a node that was killed counts for {ALIVE.seconds} s more)"
            )
    if others and not me.address:
        raise NodeRefused("set node_address: the other nodes cannot reach this one otherwise")


@dataclass(frozen=True, slots=True)
class Membership:
    """This node's place among the others, for as long as it runs."""

    node: Node
    nodes: PostgresNodes
    media_owners: MediaOwners

    async def join(self) -> None:
        await self.nodes.join(self.node, admit)

    def staying(self) -> Periodic:
        """Says again and again that this node is there."""
        return Periodic("node", SAY_EVERY, lambda: self.nodes.heard(self.node.id))

    async def leave(self) -> None:
        """Hand over at once; without a database the others find out in some seconds."""
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with asyncio.timeout(LEAVE_SECONDS_MAX):
                await self.media_owners.release(self.node.id)
                await self.nodes.leave(self.node.id)


def _own_address(settings: Settings) -> str:
    if settings.host in _EVERYWHERE or not settings.port:
        return ""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
