"""JSON endpoints of people."""

from livehouse.domains.people.service import People
from livehouse.domains.people.wire import AskTicket, Ticket
from livehouse.web.handlers import CurrentViewer, JSONBody, Service, limited, post
from livehouse.web.limits import TICKETS, TICKETS_PER_ADDRESS


@post(
    "/api/tickets",
    status_code=200,
    guards=[limited(TICKETS, per_address=TICKETS_PER_ADDRESS)],
    opt={"scope": "orders:write"},
)
async def give_ticket(
    data: JSONBody[AskTicket], viewer: CurrentViewer, people: Service[People]
) -> Ticket:
    """A minute's pass for the WebSocket `/live/{run}`; guests get one too."""
    return await people.tickets.give(viewer, data.run)


routes = [give_ticket]
