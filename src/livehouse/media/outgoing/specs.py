"""Where a run is pushed to, and how that goes: words between the app and the media process."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from typing_extensions import override

ADDRESS_CHARACTERS_MAX = 2_000
TARGETS_MAX = 16

TargetState: TypeAlias = Literal["waiting", "connecting", "live", "lost", "refused", "ended"]


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """RTMP(S), or over HTTPS WHIP: `address` may hold the key and `token` is one, so neither is
    ever logged or told again. Plain HTTP is for the own network alone."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    address: Annotated[
        str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern=r"^(rtmp|http)s?://[^\s]+$")
    ]
    # What a WHIP server is shown as bearer; empty where the address is secret enough.
    token: Annotated[str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern=r"^[!-~]*$")] = ""

    @override
    def __repr__(self) -> str:
        return f"Target({self.id!r})"


class Targets(Struct, frozen=True, forbid_unknown_fields=True):
    """All that a run is to be pushed to; what is not among them ends."""

    targets: Annotated[list[Target], Meta(max_length=TARGETS_MAX)]
    # Whether addresses of this machine and of its own network may be named.
    allow_private: bool = False


class TargetStatus(Struct, frozen=True):
    """`problem` is a code: unreachable, not_allowed, refused, lost, too_slow or private_address;
    with WHIP also wrong_address, busy, no_path, out_of_order, and lossy while it is live."""

    id: str
    state: TargetState
    problem: str = ""
    kbps: int = 0
    # Packets that wait to be sent, and those that were left out because too many did.
    queued: int = 0
    dropped: int = 0
    restarts: int = 0
