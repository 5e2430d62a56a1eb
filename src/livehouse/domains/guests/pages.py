"""The page of a guest: camera, waiting room, stage."""

from typing import ClassVar

import msgspec

from livehouse.domains.guests.ports import GuestCameras
from livehouse.domains.guests.service import Guests
from livehouse.web.handlers import CurrentRender, FromPath, Html, Page, Service, get, pages


class GuestPage(Page, frozen=True):
    """`link` opens the guest's own addresses; `input` is where the guest's camera comes in."""

    template: ClassVar[str] = "guests/guest.html"

    title: str
    link: str
    guest: str
    name: str
    ice_servers: str


@get("/guest/{link:str}")
async def guest_page(
    link: FromPath[str],
    render: CurrentRender,
    guests: Service[Guests],
    guest_cameras: Service[GuestCameras],
) -> Html:
    guest = await guests.by_link(link)
    show = await guests.show_of(guest)
    ice_servers = msgspec.json.encode(guest_cameras.ice_servers).decode()
    return render(
        GuestPage(
            title=show.title, link=link, guest=str(guest.id), name=guest.name,
            ice_servers=ice_servers,
        )
    )  # fmt: skip


routes = [pages(guest_page)]
