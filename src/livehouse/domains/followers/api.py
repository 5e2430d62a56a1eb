"""Following a store over HTTP."""

from datetime import timedelta

from livehouse.domains.followers.service import Followers
from livehouse.domains.followers.wire import FollowInfo, FollowStore, follow_info
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.limits import Rate

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}
# More presses than this are no person's.
FOLLOWING = Rate("following", 60, timedelta(minutes=1))


@get("/api/stores/{slug:str}/following", opt=READ)
async def following(
    slug: FromPath[str], viewer: CurrentViewer, followers: Service[Followers]
) -> FollowInfo:
    """Whether the viewer follows a store, and how many do."""
    found = await followers.standing(slug, viewer.person_id)
    return follow_info(found, signed_in=viewer.signed_in)


@post("/api/stores/{slug:str}/follow", status_code=200, opt=WRITE, guards=[limited(FOLLOWING)])
async def follow(
    slug: FromPath[str],
    data: JSONBody[FollowStore],
    viewer: CurrentViewer,
    followers: Service[Followers],
) -> FollowInfo:
    """Follow a store: be written to when it plans shows, and when one begins. Asking again changes
    nothing."""
    found = await followers.follow(slug, require_signed_in(viewer), show=data.show)
    return follow_info(found, signed_in=True)


@post("/api/stores/{slug:str}/unfollow", status_code=200, opt=WRITE, guards=[limited(FOLLOWING)])
async def unfollow(
    slug: FromPath[str], viewer: CurrentViewer, followers: Service[Followers]
) -> FollowInfo:
    """Follow a store no more; letters that wait are not sent."""
    return follow_info(await followers.leave(slug, require_signed_in(viewer)), signed_in=True)


routes = [following, follow, unfollow]
