"""Invitations over HTTP: one's own link to a show, a room or a campaign."""

from livehouse.domains.invites.service import Invites
from livehouse.domains.invites.wire import LINKS, MakeLink, MyLink
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, limited, post


@post("/api/share/{kind:str}/{name:str}", status_code=200, guards=[limited(LINKS)])
async def make_my_link(
    *,
    kind: FromPath[str],
    name: FromPath[str],
    data: JSONBody[MakeLink],
    viewer: CurrentViewer,
    invites: Service[Invites],
) -> MyLink:
    """The viewer's own link to a `show`, a `room` or a `campaign`; asked again it is the same."""
    person_id = require_signed_in(viewer)
    subject, _ = await invites.named(kind, name)
    invite = await invites.link(person_id, subject, by=data.by)
    following = await invites.following(person_id, subject)
    return MyLink(
        path=invite.path,
        qr=f"{invite.path}/qr.svg",
        poster=f"{invite.path}/poster.svg",
        brought=following.brought,
    )


routes = [make_my_link]
