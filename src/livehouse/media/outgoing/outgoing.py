"""All targets of one run: what the app wants is compared with what there is."""

from livehouse.media.outgoing.connection import Connect
from livehouse.media.outgoing.sender import Sender
from livehouse.media.outgoing.specs import Targets, TargetStatus
from livehouse.media.packets import Formats, SourceItem


class Outgoing:
    """Lives on the loop; what it is given it hands to each target without waiting."""

    def __init__(self) -> None:
        self._senders: dict[str, Sender] = {}
        self._formats: Formats | None = None

    def put(self, item: SourceItem) -> None:
        if isinstance(item, Formats):
            self._formats = item
        for sender in self._senders.values():
            sender.put(item)

    def want(self, wanted: Targets, connect: Connect) -> None:
        """Begin those that are new, end those that are gone; one with another key begins anew."""
        asked = {target.id: target for target in wanted.targets}
        for target_id, sender in list(self._senders.items()):
            if asked.get(target_id) != sender.target:
                self._senders.pop(target_id).stop()
        for target_id, target in asked.items():
            if target_id not in self._senders:
                sender = Sender(target, connect, allow_private=wanted.allow_private)
                if self._formats is not None:
                    sender.put(self._formats)
                self._senders[target_id] = sender

    def statuses(self) -> list[TargetStatus]:
        return [sender.status() for sender in self._senders.values()]

    def stop(self) -> None:
        for sender in self._senders.values():
            sender.stop()
        self._senders = {}
