"""The demo's stores: catalogues that import without a word, and a picture for everything."""

import io
from itertools import pairwise

import pytest
from PIL import Image

from livehouse.app.demo_data import CATALOGUES, catalogue
from livehouse.app.demo_pictures import DRAWINGS, SCHEME, DemoPictures, draw
from livehouse.domains.stores.model import parse_catalogue, plain_text
from livehouse.foundation.errors import NotFound

CURRENCIES = {"kiln": "EUR", "tideline": "CNY"}


@pytest.mark.parametrize("slug", CATALOGUES)
def test_a_catalogue_is_read_without_a_refusal(slug: str) -> None:
    file = parse_catalogue(catalogue(slug), CURRENCIES[slug])

    assert file.refused == ()
    assert 12 <= len(file.products) <= 16
    assert any(len(product.variants) > 2 for product in file.products)
    for product in file.products:
        assert len(plain_text(product.description_html or "")) > 120, product.handle
        assert all(variant.quantity for variant in product.variants), product.handle
        assert all(image.alt for image in product.images), product.handle


def test_every_picture_that_is_named_is_drawn_and_none_is_spare() -> None:
    named: list[str] = []
    for slug in CATALOGUES:
        for product in parse_catalogue(catalogue(slug), CURRENCIES[slug]).products:
            assert product.images, product.handle
            named += [image.source.removeprefix(SCHEME) for image in product.images]
            pictured = {image.source for image in product.images}
            assert {one.image for one in product.variants if one.image} <= pictured

    assert sorted(named) == sorted(DRAWINGS), "each product has pictures of its own"


def test_a_picture_is_square_lively_and_the_same_each_time() -> None:
    first = draw("cup-crane")

    picture = Image.open(io.BytesIO(first))
    assert picture.size == (960, 960)
    assert len(picture.resize((64, 64)).getcolors(64 * 64) or ()) > 500
    assert draw("cup-crane") == first


async def test_other_addresses_are_asked_of_others() -> None:
    class Elsewhere:
        async def fetch(self, address: str) -> bytes:
            return address.encode()

    pictures = DemoPictures(Elsewhere())

    assert await pictures.fetch("https://a.example/cup.jpg") == b"https://a.example/cup.jpg"
    assert (await pictures.fetch("demo:whisk")).startswith(b"\x89PNG")
    with pytest.raises(NotFound):
        await pictures.fetch("demo:../secret")


def test_the_catalogues_differ() -> None:
    assert all(catalogue(one) != catalogue(other) for one, other in pairwise(CATALOGUES))
