"""What is kept ready for a show's cues, in the console: throwing it away."""

from uuid import UUID

from livehouse.domains.programmes.service import Preparations
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import PreparedId
from livehouse.foundation.text import N_
from livehouse.web.guards import own_show
from livehouse.web.handlers import CurrentRender, CurrentViewer, FromPath, Html, Service, post


@post("/console/{store_slug:str}/shows/{slug:str}/prepared/{prepared_id:uuid}/remove")
async def throw_away(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    prepared_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    preparations: Service[Preparations],
) -> Html:
    """Forget what was not held; what was stays."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    here = f"/console/{store_slug}/shows/{slug}/run-sheet"
    try:
        await preparations.throw_away(show, PreparedId(prepared_id))
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("It is gone."))


handlers = [throw_away]
