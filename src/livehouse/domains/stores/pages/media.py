"""Pictures as every page shows them: ours in our sizes, or a drawing in their place."""

import re

from litestar import Response

from livehouse.domains.stores.model import IMAGE_SIZES, limits
from livehouse.domains.stores.service import StoreImages
from livehouse.foundation.errors import NotFound
from livehouse.web.handlers import FromPath, Service, get
from livehouse.web.headers import YEAR_SECONDS
from livehouse.web.pictures import stand_in

_NAME = re.compile(r"([0-9a-f]{40})-([0-9]{3})\.webp")
# A name holds a digest of what it shows, so nobody ever needs to ask again.
_FOR_EVER = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"}
_DRAWING = _FOR_EVER | {
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@get("/media/{name:str}")
async def picture(name: FromPath[str], store_images: Service[StoreImages]) -> Response[bytes]:
    found = _NAME.fullmatch(name)
    if found is None or int(found[2]) not in IMAGE_SIZES:
        raise NotFound
    content = await store_images.read(found[1], int(found[2]))
    if content is None:
        raise NotFound
    return Response(content, media_type="image/webp", headers=_FOR_EVER)


@get("/media/drawn/{seed:str}/{name:str}")
async def drawing(seed: FromPath[str], name: FromPath[str]) -> Response[str]:
    """The stand-in that `image_path` names; drawn anew each time, and cached by everybody."""
    label = name.removesuffix(".svg")
    sound = len(seed) <= limits.HANDLE_CHARACTERS_MAX and 1 <= len(label) <= 2  # noqa: PLR2004
    if not sound or not name.endswith(".svg") or not label.isprintable():
        raise NotFound
    return Response(stand_in(seed, label), media_type="image/svg+xml", headers=_DRAWING)


handlers = [picture, drawing]
