"""Between the channels in the database and the media process that pushes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from livehouse.domains.channels import Channel, Channels, PushedRun
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable, NoSuchVideo
from livehouse.media.outgoing.specs import Target, Targets, TargetStatus
from livehouse.media.outgoing_desk import OutgoingDesk

log = structlog.get_logger()

PUSH_EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class ChannelWork:
    """Done by the node that makes a run's video; what was missed is put right a second later."""

    channels: Channels
    desk: OutgoingDesk
    node: Callable[[], str]
    allow_private: bool
    _pushed: set[RunId] = field(default_factory=set)

    async def push(self) -> None:
        wanted = {run.run_id: run for run in await self.channels.to_push(self.node())}
        for run_id in self._pushed - wanted.keys():
            await self._push(PushedRun(run_id, ()))
        for run in wanted.values():
            await self._push(run)
        self._pushed = set(wanted)

    async def _push(self, run: PushedRun) -> None:
        targets: dict[str, tuple[Channel, Target]] = {}
        for channel in run.channels:
            if not channel.is_on:
                continue
            try:
                to = self.channels.destination(channel)
            except DomainError as refusal:
                await self._tell(channel, TargetStatus("", "refused", refusal.code))
                continue
            targets[channel.known_as] = channel, Target(channel.known_as, to.address, to.token)
        wanted = Targets([target for _, target in targets.values()], self.allow_private)
        try:
            statuses = await self.desk.want(run.run_id, wanted)
        except (MediaUnavailable, NoSuchVideo):
            return  # not there yet, or not any more
        for status in statuses:
            await self._tell(targets[status.id][0], status)

    async def _tell(self, channel: Channel, status: TargetStatus) -> None:
        told = status.state, status.problem, status.kbps, status.dropped, status.restarts
        known = (
            channel.state, channel.problem, channel.kbps, channel.dropped, channel.restarts,
        )  # fmt: skip
        if told != known:
            await self.channels.tell(
                channel.id, status.state, problem=status.problem, kbps=status.kbps,
                dropped=status.dropped, restarts=status.restarts,
            )  # fmt: skip
