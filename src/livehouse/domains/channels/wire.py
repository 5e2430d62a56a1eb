"""What channels say over HTTP. Never a key."""

from uuid import UUID

from msgspec import Struct

from livehouse.domains.channels.model import Channel


class ChannelInfo(Struct, frozen=True):
    """`state` is waiting, connecting, live, lost, refused or ended; `problem` a code."""

    id: UUID
    name: str
    is_on: bool
    state: str
    problem: str
    kbps: int
    dropped: int
    restarts: int


class ChannelList(Struct, frozen=True):
    channels: list[ChannelInfo]


def channel_list(channels: list[Channel]) -> ChannelList:
    return ChannelList(
        [
            ChannelInfo(
                one.id,
                one.name,
                one.is_on,
                one.state,
                one.problem,
                one.kbps,
                one.dropped,
                one.restarts,
            )
            for one in channels
        ]
    )
