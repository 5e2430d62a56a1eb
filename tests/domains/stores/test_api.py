"""Stores over HTTP, for scripts."""

import pytest

from livehouse.domains.stores import api
from livehouse.foundation.ids import ProductId
from livehouse.foundation.roles import Role
from tests.support.stores_builders import a_file, a_row
from tests.support.stores_house import House
from tests.support.web_client import JSON


async def kiln_with(house: House, *rows: str) -> str:
    """A store with these products; gives its owner's token."""
    ann = await house.person("Ann")
    store = await house.store("kiln", ann.id)
    await house.stores.import_products(store.id, a_file(*rows))
    return await house.token_of(ann, "catalogue:write")


async def send(
    house: House, method: str, path: str, token: str, body: object = None
) -> tuple[int, dict[str, object]]:
    headers = JSON | ({"Authorization": f"Bearer {token}"} if token else {})
    answer = await house.client.http.request(method, path, json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_everybody_reads_what_is_published(house: House) -> None:
    await kiln_with(house, a_row(variant_inventory_qty="4"), a_row("draft", published="false"))

    listed = (await house.client.get_json("/api/stores/kiln/products")).json()

    (cup,) = listed["products"]
    assert (cup["handle"], cup["variants"][0]["price_minor"]) == ("cup", 1990)
    assert cup["variants"][0]["left"] == 4
    assert cup["variants"][0]["image"] == "/media/drawn/cup/C.svg"
    assert listed["next"] is None
    one = await house.client.get_json("/api/stores/kiln/products/cup")
    assert one.json() == cup
    assert (await house.client.get_json("/api/stores/kiln")).json()["currency"] == "EUR"
    for hidden in ("kiln/products/draft", "kiln/products/none", "none", "none/products"):
        assert (await house.client.get_json(f"/api/stores/{hidden}")).status_code == 404


async def test_the_list_is_read_by_cursor(house: House) -> None:
    await kiln_with(house, *[a_row(f"cup-{number}") for number in range(5)])

    handles: list[str] = []
    query = "limit=2"
    while True:
        page = (await house.client.get_json(f"/api/stores/kiln/products?{query}")).json()
        handles += [one["handle"] for one in page["products"]]
        if page["next"] is None:
            break
        query = f"limit=2&before={page['next']}"

    assert handles == [f"cup-{number}" for number in reversed(range(5))]
    assert (await house.client.get_json("/api/stores/kiln/products?before=x")).status_code == 400


async def test_a_token_with_the_scope_changes_the_catalogue(house: House) -> None:
    token = await kiln_with(house, a_row("draft", published="false"))
    base = "/api/stores/kiln"
    new = {"handle": "jug", "title": "Jug", "price_minor": 4500, "on_hand": 2, "published": True}

    status, jug = await send(house, "POST", f"{base}/products", token, new)
    assert (status, jug["title"]) == (201, "Jug")
    assert (await send(house, "POST", f"{base}/products", token, new))[0] == 409
    assert (await send(house, "GET", f"{base}/products/draft", token))[0] == 200

    variant = jug["variants"][0]["id"]  # type: ignore[index] # JSON
    change = {
        "version": 1,
        "title": "Tall jug",
        "tags": ["clay"],
        "variants": [{"id": variant, "price_minor": 4000, "compare_at_minor": 4500}],
    }
    status, changed = await send(house, "PUT", f"{base}/products/jug", token, change)
    assert (status, changed["title"], changed["tags"]) == (200, "Tall jug", ["clay"])
    status, problem = await send(house, "PUT", f"{base}/products/jug", token, change)
    assert (status, problem["code"]) == (409, "product_changed")

    stock = await send(house, "PUT", f"{base}/variants/{variant}/stock", token, {"on_hand": 7})
    assert stock == (200, {"on_hand": 7, "held": 0, "left": 7})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"handle": "a", "title": "A"},
        {"handle": "a", "title": "A", "price_minor": -1},
        {"handle": "a", "title": "A", "price_minor": 1.5},
        {"handle": "a", "title": "", "price_minor": 1},
        {"handle": "a", "title": "A", "price_minor": 1, "colour": "red"},
    ],
)
async def test_a_body_that_does_not_fit_is_refused(house: House, body: object) -> None:
    token = await kiln_with(house)
    status, _ = await send(house, "POST", "/api/stores/kiln/products", token, body)
    assert status in {400, 422}


async def test_a_file_is_handed_in_and_asked_after(house: House) -> None:
    token = await kiln_with(house)
    auth = JSON | {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    base = "/api/stores/kiln/imports"

    taken = await house.client.http.post(
        base, content=a_file(a_row(), a_row("x", variant_price="-1")), headers=auth
    )
    assert (taken.status_code, taken.json()["state"]) == (202, "waiting")
    second = await house.client.http.post(base, content=a_file(), headers=auth)
    assert (second.status_code, second.json()["code"]) == (409, "import_running")
    await house.uploads.run_next()
    told = (await house.client.get_json(f"{base}/{taken.json()['id']}", token=token)).json()

    assert told["state"] == "done"
    assert [(row["line"], row["outcome"], row["code"]) for row in told["rows"]] == [
        (2, "created", ""),
        (3, "refused", "price_negative"),
    ]
    assert told["rows"][1]["reason"] == "Variant Price: a price is never below zero."
    export = await house.client.get_json("/api/stores/kiln/products.csv", token=token)
    assert export.text.startswith("Handle,Title,")


WRITES = [
    ("POST", "/api/stores/kiln/products", {"handle": "a", "title": "A", "price_minor": 1}),
    ("PUT", "/api/stores/kiln/products/cup", {"version": 1, "title": "A"}),
    ("PUT", "/api/stores/kiln/variants/{variant}/stock", {"on_hand": 1}),
    ("POST", "/api/stores/kiln/delivery-methods", {"name": "Parcel"}),
    ("PUT", "/api/stores/kiln/delivery-methods/{variant}", {"name": "Parcel"}),
    ("POST", "/api/stores/kiln/imports", None),
    ("GET", "/api/stores/kiln/imports/{variant}", None),
    ("GET", "/api/stores/kiln/products.csv", None),
]


def test_every_change_stands_in_the_list_of_changes() -> None:
    public = {api.read_store, api.list_products, api.read_product, api.list_delivery}
    of_all_staff = {api.price_history}
    others = public | of_all_staff
    assert len(WRITES) == len([one for one in api.routes if one not in others])


async def test_a_price_history_is_for_the_stores_own_staff(house: House) -> None:
    await kiln_with(house, a_row())
    store = await house.stores.by_slug("kiln")
    cup = await house.stores.by_handle(store.id, "cup")
    path = f"/api/stores/kiln/variants/{cup.variants[0].id}/prices"
    eve = await house.person("Eve")
    await house.store("other", eve.id)
    host = await house.member("Hal", store, Role.HOST)

    statuses = [
        (await send(house, "GET", path, await house.token_of(one, "catalogue:write")))[0]
        for one in (eve, host)
    ]

    assert statuses == [404, 200]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_only_who_may_changes_a_catalogue(
    house: House, method: str, path: str, body: object
) -> None:
    await kiln_with(house, a_row())
    store = await house.stores.by_slug("kiln")
    cup = await house.stores.by_handle(store.id, "cup")
    path = path.format(variant=cup.variants[0].id)
    eve = await house.person("Eve")
    await house.store("other", eve.id)
    host = await house.member("Hal", store, Role.HOST)
    owner = (await house.people.memberships.of_store(store.id))[0].person_id

    assert (await send(house, method, path, "", body))[0] in {401, 403}
    assert (await send(house, method, path, "lh_unknown", body))[0] == 401
    theirs = await house.token_of(eve, "catalogue:write")
    assert (await send(house, method, path, theirs, body))[0] == 404
    hosts = await house.token_of(host, "catalogue:write")
    assert (await send(house, method, path, hosts, body))[0] == 403
    narrow = await house.people.api_tokens.create(owner, "narrow", ("orders:read",))
    assert (await send(house, method, path, narrow, body))[0] == 403


async def test_another_stores_things_are_not_reached_through_ones_own(house: House) -> None:
    await kiln_with(house, a_row())
    store = await house.stores.by_slug("kiln")
    cup = await house.stores.by_handle(store.id, "cup")
    eve = await house.person("Eve")
    await house.store("other", eve.id)
    token = await house.token_of(eve, "catalogue:write")

    path = f"/api/stores/other/variants/{cup.variants[0].id}/stock"
    assert (await send(house, "PUT", path, token, {"on_hand": 1}))[0] == 404
    change = {"version": 1, "title": "Stolen"}
    assert (await send(house, "PUT", "/api/stores/other/products/cup", token, change))[0] == 404
    assert (await house.stores.product(store.id, ProductId(cup.id))).title == "Cup"
