"""What invitations say over HTTP."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct

from livehouse.web.limits import Rate

LINKS = Rate("share links", 60, timedelta(hours=1))


class MakeLink(Struct, frozen=True, forbid_unknown_fields=True):
    """`by` is the code that one came with oneself, empty for none."""

    by: Annotated[str, Meta(max_length=64)] = ""


class MyLink(Struct, frozen=True):
    """One's own link to something; all of it are paths of this house."""

    path: Annotated[str, Meta(description="Who comes by it counts as brought by you, once.")]
    qr: Annotated[str, Meta(description="The link as a code to scan, SVG.")]
    poster: Annotated[str, Meta(description="A poster with the code, SVG.")]
    brought: Annotated[int, Meta(description="How many have come by it.")]
