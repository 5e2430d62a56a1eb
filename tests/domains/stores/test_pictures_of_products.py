"""Pictures on their way from a merchant's address to a page."""

import io

import pytest
from PIL import Image

from livehouse.domains.stores import Product, Store, variant_image_path
from livehouse.domains.stores.jobs import PictureWork, run_uploads
from livehouse.domains.stores.service import images
from livehouse.foundation.errors import DomainError
from livehouse.web.fetching import AddressNotAllowed, PictureUnreachable
from livehouse.web.pictures import WebpSizes
from tests.support.clock import ManualClock
from tests.support.stores_builders import a_file, a_row
from tests.support.stores_house import House


class Gallery:
    """Addresses and what is found there."""

    def __init__(self, **found: bytes | DomainError) -> None:
        self.found = found
        self.asked: list[str] = []

    async def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        found = self.found[address.rpartition("/")[2]]
        if isinstance(found, DomainError):
            raise found
        return found


def a_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(out, "JPEG")
    return out.getvalue()


async def a_shelf(house: House, *names: str) -> Store:
    """A store with a product per picture."""
    store = await house.store("kiln", (await house.person("Ann")).id)
    rows = [a_row(name, image_src=f"https://a.example/{name}") for name in names]
    await house.stores.import_products(store.id, a_file(*rows))
    return store


def work(house: House, gallery: Gallery) -> PictureWork:
    return PictureWork(house.images, gallery, WebpSizes())


async def product(house: House, store: Store, handle: str) -> Product:
    return await house.stores.by_handle(store.id, handle)


async def test_a_picture_is_fetched_and_served_for_ever(house: House) -> None:
    store = await a_shelf(house, "cup")

    assert await work(house, Gallery(cup=a_jpeg())).fetch_pending_images() == 1

    cup = await product(house, store, "cup")
    path = variant_image_path(cup, cup.variants[0])
    served = await house.client.http.get(path)
    assert served.headers["content-type"] == "image/webp"
    assert "immutable" in served.headers["cache-control"]
    assert "set-cookie" not in served.headers
    assert Image.open(io.BytesIO(served.content)).size == (480, 360)
    assert await house.images.pending() == 0


async def test_a_picture_that_cannot_be_had_never_holds_up_the_next(house: House) -> None:
    store = await a_shelf(house, "inside", "noise", "cup")
    gallery = Gallery(inside=AddressNotAllowed(), noise=b"no picture", cup=a_jpeg())

    await work(house, gallery).fetch_pending_images()

    found = {
        handle: (await product(house, store, handle)).images[0]
        for handle in ("inside", "noise", "cup")
    }
    assert {handle: (image.state.value, image.reason) for handle, image in found.items()} == {
        "inside": ("failed", "address_not_allowed"),
        "noise": ("failed", "not_a_picture"),
        "cup": ("ready", ""),
    }


async def test_a_drawing_stands_in(house: House) -> None:
    store = await a_shelf(house, "inside")
    await work(house, Gallery(inside=AddressNotAllowed())).fetch_pending_images()
    found = await product(house, store, "inside")

    path = variant_image_path(found, found.variants[0])
    drawn = await house.client.http.get(path)

    assert path == "/media/drawn/inside/C.svg"
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "immutable" in drawn.headers["cache-control"]


async def test_a_server_that_is_down_is_asked_again_later_and_then_given_up(
    house: House, clock: ManualClock
) -> None:
    store = await a_shelf(house, "cup")
    gallery = Gallery(cup=PictureUnreachable())

    for _ in range(4):
        await work(house, gallery).fetch_pending_images()
        await work(house, gallery).fetch_pending_images()
        clock.set(clock.now() + images.RETRY_AFTER * 20)

    assert len(gallery.asked) == 3
    cup = await product(house, store, "cup")
    assert (cup.images[0].state.value, cup.images[0].reason) == ("failed", "picture_unreachable")


async def test_a_picture_that_ends_its_worker_each_time_is_given_up(
    house: House, clock: ManualClock
) -> None:
    store = await a_shelf(house, "cup")
    for _ in range(3):
        assert len(await house.images.claim(10)) == 1, "the worker dies with it"
        assert await house.images.claim(10) == []
        clock.set(clock.now() + images.LEASE)

    assert await house.images.claim(10) == []
    cup = await product(house, store, "cup")
    assert (cup.images[0].state.value, cup.images[0].reason) == ("failed", "picture_unreadable")


async def test_a_merchant_may_ask_again(house: House) -> None:
    store = await a_shelf(house, "cup")
    await work(house, Gallery(cup=AddressNotAllowed())).fetch_pending_images()
    ann = (await house.people.memberships.of_store(store.id))[0]
    await house.sign_in(await house.people.accounts.get(ann.person_id))
    cup = await product(house, store, "cup")
    page = f"/console/kiln/products/{cup.id}"
    assert "address_not_allowed" in (await house.client.get(page)).text

    await house.client.post_form(f"{page}/pictures")
    await work(house, Gallery(cup=a_jpeg())).fetch_pending_images()

    assert (await product(house, store, "cup")).images[0].state.value == "ready"


@pytest.mark.parametrize(
    "path",
    [
        "/media/" + "0" * 40 + "-480.webp",
        "/media/" + "0" * 40 + "-481.webp",
        "/media/..%2fsecret",
        "/media/x.webp",
        "/media/drawn/cup/ABC.svg",
        "/media/drawn/cup/A.png",
        "/media/drawn/" + "c" * 201 + "/A.svg",
    ],
)
async def test_what_is_no_picture_of_ours_is_not_there(house: House, path: str) -> None:
    assert (await house.client.http.get(path)).status_code == 404


async def test_a_drawing_says_what_it_is_told_but_runs_nothing(house: House) -> None:
    drawn = await house.client.http.get("/media/drawn/x/%3C%26.svg")
    assert "&lt;&amp;" in drawn.text


async def test_the_background_reads_every_file_that_waits(house: House, clock: ManualClock) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    await house.uploads.begin(store.id, "a.csv", a_file(a_row()), by=None)

    assert await run_uploads(house.uploads) == 1
    assert await run_uploads(house.uploads) == 0
    assert (await product(house, store, "cup")).title == "Cup"
    assert clock.now() is not None


async def test_an_upload_whose_worker_died_runs_again(house: House, clock: ManualClock) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    upload = await house.uploads.begin(store.id, "a.csv", a_file(a_row()), by=None)
    died = "update catalogue_imports set state = 'running', lease_until = $1"
    await house.stores.database.pool.execute(died, clock.now() + images.LEASE)
    assert await run_uploads(house.uploads) == 0, "another worker has it"

    clock.set(clock.now() + images.LEASE * 2)

    assert await run_uploads(house.uploads) == 1
    assert (await house.uploads.get(store.id, upload.id)).state.value == "done"
