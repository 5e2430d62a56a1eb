"""What reminders say over HTTP."""

from uuid import UUID

from msgspec import Struct

from livehouse.domains.programmes.model.reminding import Reminder


class ReminderInfo(Struct, frozen=True):
    """Something that somebody will be reminded of: a `show` or an `offer`."""

    kind: str
    id: UUID


def reminder_info(one: Reminder) -> ReminderInfo:
    if one.offer_id is None:
        return ReminderInfo("show", one.show_id)
    return ReminderInfo("offer", one.offer_id)
