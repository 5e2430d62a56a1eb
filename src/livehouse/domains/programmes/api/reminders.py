"""Reminders over HTTP: what one will be written to about, and of which offers."""

from uuid import UUID

from livehouse.domains.programmes.service import Reminders
from livehouse.domains.programmes.wire.reminders import ReminderInfo, reminder_info
from livehouse.foundation.ids import OfferId
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, Service, get, post

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}


@get("/api/reminders", opt=READ)
async def my_reminders(viewer: CurrentViewer, reminders: Service[Reminders]) -> list[ReminderInfo]:
    """What the viewer will be reminded of, what comes first before others."""
    found = await reminders.to_come(require_signed_in(viewer))
    return [reminder_info(one) for one in found]


@post("/api/offers/{offer_id:uuid}/reminder", status_code=204, opt=WRITE)
async def remind_of_offer(
    offer_id: FromPath[UUID], viewer: CurrentViewer, reminders: Service[Reminders]
) -> None:
    """Be written to some minutes before an offer opens; asking again changes nothing."""
    await reminders.wish_offer(OfferId(offer_id), require_signed_in(viewer))


@post("/api/offers/{offer_id:uuid}/reminder/drop", status_code=204, opt=WRITE)
async def drop_offer_reminder(
    offer_id: FromPath[UUID], viewer: CurrentViewer, reminders: Service[Reminders]
) -> None:
    """Not be written to after all."""
    await reminders.drop_offer(OfferId(offer_id), require_signed_in(viewer))


routes = [my_reminders, remind_of_offer, drop_offer_reminder]
