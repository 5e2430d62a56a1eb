"""What a show's page says to search engines and messengers: schema.org in JSON-LD."""

import msgspec
from markupsafe import Markup

from livehouse.domains.shows.model import Cancelled, Ended, Hosts, Live, Show
from livehouse.domains.shows.wire import poster_address, run_addresses

# Inside a script element no character may end it or begin a comment.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def json_for_html(value: object) -> Markup:
    """JSON that is safe inside a script element or an attribute."""
    return Markup(msgspec.json.encode(value).decode().translate(_ESCAPES))  # noqa: S704 - escaped


def linked_data(show: Show, store_name: str, *, origin: str, poster: str) -> dict[str, object]:
    """An Event while one can still come, a VideoObject once there is something to see."""
    if isinstance(show.state, Live | Ended) and show.run is not None:
        return _video(show, origin=origin)
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": show.title,
        "description": show.description or show.title,
        "startDate": show.starts_at.isoformat(),
        "eventStatus": "https://schema.org/EventCancelled"
        if isinstance(show.state, Cancelled)
        else "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": f"{origin}/shows/{show.slug}"},
        "image": [f"{origin}{poster}"],
        "organizer": {
            "@type": "Organization",
            "name": store_name,
            "url": f"{origin}/rooms/{show.room.slug}",
        },
    }


def _video(show: Show, *, origin: str) -> dict[str, object]:
    assert show.run is not None, "who asks has looked"
    broadcast: dict[str, object] = {
        "@type": "BroadcastEvent",
        "isLiveBroadcast": True,
        "startDate": show.run.started_at.isoformat(),
    }
    if show.run.ended_at is not None:
        broadcast["endDate"] = show.run.ended_at.isoformat()
    addresses = run_addresses(show.run, Hosts())
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": show.title,
        "description": show.description or show.title,
        "thumbnailUrl": [f"{origin}{poster_address(show.run)}"],
        "uploadDate": show.run.started_at.isoformat(),
        "contentUrl": f"{origin}{addresses.video if show.run.on else addresses.recording}",
        "publication": broadcast,
    }
