"""Where a picture is found on our own site."""

from urllib.parse import quote

from livehouse.domains.stores.model.products import Image, ImageState, Product, Variant

# Widths and heights that a picture fits within: a list, a card, a page.
IMAGE_SIZES = (160, 480, 960)
CARD_SIZE = 480


def media_key(key: str, size: int) -> str:
    """The object's name; `key` is a digest of the picture, so its content never changes."""
    return f"media/{key}-{size}.webp"


def image_path(product: Product, image: Image | None, size: int = CARD_SIZE) -> str:
    """The address of `image`, or of a drawing in its place while we do not hold it."""
    if image is not None and image.state is ImageState.READY:
        return f"/{media_key(image.key, size)}"
    seed, label = quote(product.handle, safe=""), quote(initials(product.title), safe="")
    return f"/media/drawn/{seed}/{label}.svg"


def variant_image_path(product: Product, variant: Variant, size: int = CARD_SIZE) -> str:
    return image_path(product, product.image_of(variant), size)


def initials(title: str) -> str:
    """One or two letters that stand for the title; a star where it has none."""
    words = ["".join(filter(str.isalnum, word)) for word in title.split()]
    letters = [word[0].upper() for word in words if word]
    return "".join(letters[:2])[:2] or "*"
