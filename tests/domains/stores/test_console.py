"""The console of a store, as its people and strangers meet it."""

import re

import pytest

from livehouse.domains.stores import DeliveryEdit, NewProduct, Product, Store
from livehouse.domains.stores.pages import console, delivery, imports, members, products
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from tests.support.stores_builders import a_file, a_row
from tests.support.stores_house import House


async def a_cup(house: House, store: Store) -> Product:
    new = NewProduct(handle="cup", title="Cup <b>", price=Money("EUR", 1990), on_hand=5)
    return await house.stores.add_product(store.id, new)


async def owned(house: House, slug: str = "kiln") -> Store:
    """A store whose owner is signed in."""
    ann = await house.person("Ann")
    store = await house.store(slug, ann.id)
    await house.sign_in(ann)
    return store


async def test_who_has_one_store_lands_in_it(house: House) -> None:
    await owned(house)

    assert (await house.client.get("/console")).headers["location"] == "/console/kiln"
    page = await house.client.get("/console/kiln")
    assert page.status_code == 200
    assert "An empty shelf" in page.text


async def test_who_has_none_reads_what_to_do(house: House) -> None:
    await house.sign_in(await house.person("Eve"))

    assert "do not work in a store yet" in (await house.client.get("/console")).text


async def test_an_operator_opens_a_store_for_somebody(house: House) -> None:
    ann, op = await house.person("Ann"), await house.person("Op")
    await house.people.memberships.grant(op.id, Role.OPERATOR)
    await house.sign_in(op)
    fields = {
        "slug": "Kiln", "currency": "CNY", "name": "Kiln", "country": "CN", "language": "zh-Hans",
        "time_zone": "Asia/Shanghai", "tax": "13", "tax_rates": "FR 5,5\nDE 19",
        "prices_include_tax": "1", "owner": "ann@shop.test",
    }  # fmt: skip
    assert (await house.client.get("/console/new")).status_code == 200

    answer = await house.client.post_form("/console/new", **fields)

    assert answer.headers["location"] == "/console/kiln"
    store = await house.stores.by_slug("kiln")
    assert (store.currency, store.default_tax_basis_points) == ("CNY", 1300)
    assert store.tax_basis_points("FR") == 550
    found = await house.people.memberships.of_store(store.id)
    assert [(one.person_id, one.role) for one in found] == [(ann.id, Role.OWNER)]
    again = await house.client.post_form("/console/new", **fields)
    assert again.status_code == 422
    assert "never used again" in again.text
    assert "kiln" in (await house.client.get("/console")).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("tax", "much", "percentage"),
        ("tax_rates", "FR", "once per country"),
        ("time_zone", "Mars", "not a time zone"),
        ("country", "XX", "ISO 3166"),
        ("name", "", "Please fill this in"),
    ],
)
async def test_settings_tell_beside_the_field_what_is_wrong(
    house: House, field: str, value: str, words: str
) -> None:
    await owned(house)
    good = {"name": "Kiln", "country": "DE", "time_zone": "Europe/Berlin", "language": "en"}
    if field == "tax_rates":
        value = "FR 5\nFR 6"

    bad = await house.client.post_form("/console/kiln/settings", **(good | {field: value}))

    assert bad.status_code == 422
    assert words in bad.text
    assert f'id="{field}-error"' in bad.text
    fine = await house.client.post_form("/console/kiln/settings", **(good | {"name": "Kiln 2"}))
    assert fine.status_code == 303
    assert 'value="Kiln 2"' in (await house.client.get("/console/kiln/settings")).text


async def test_the_list_shows_finds_and_pages(house: House) -> None:
    store = await owned(house)
    assert "No products yet" in (await house.client.get("/console/kiln/products")).text
    rows = [a_row(f"cup-{number}", title=f"Cup {number}") for number in range(60)]
    await house.stores.import_products(store.id, a_file(*rows))

    first = (await house.client.get("/console/kiln/products")).text
    assert first.count("<tr>") == 51
    assert "€19.90" in first
    following = re.search(r'href="(/console/kiln/products\?before=[^"]+)"', first)
    assert following is not None
    assert (await house.client.get(following[1])).text.count("<tr>") == 11
    found = (await house.client.get("/console/kiln/products?search=Cup+59")).text
    assert found.count("<tr>") == 2
    assert "Nothing found" in (await house.client.get("/console/kiln/products?search=xyz")).text


async def test_a_product_is_added_edited_and_published(house: House) -> None:
    store = await owned(house)
    assert (await house.client.get("/console/kiln/products/new")).status_code == 200
    bad = await house.client.post_form(
        "/console/kiln/products/new", title="Cup", handle="a b", price="1.999", on_hand="1"
    )
    assert bad.status_code == 422
    made = await house.client.post_form(
        "/console/kiln/products/new", title="Cup", handle="cup", price="19.90", on_hand="3"
    )
    page = made.headers["location"]
    assert "Hidden" in (await house.client.get(page)).text

    await house.client.post_form(f"{page}/publish")
    product = await house.stores.by_handle(store.id, "cup")
    variant = product.variants[0].id
    saved = await house.client.post_form(
        page,
        **{
            "version": str(product.version), "title": "Tall cup", "published": "1",
            "description_html": "<p>Hot</p><script>x</script>", "no_return": "hygiene",
            f"price-{variant}": "21.50", f"compare_at-{variant}": "30",
            f"on_hand-{variant}": "9", f"sku-{variant}": "T-1",
        },
    )  # fmt: skip

    assert saved.status_code == 303, saved.text
    product = await house.stores.by_handle(store.id, "cup")
    assert (product.title, product.description_html) == ("Tall cup", "<p>Hot</p>")
    assert product.published
    assert product.no_return == "hygiene"
    changed = product.variants[0]
    assert (changed.price.minor, changed.sku, changed.stock.on_hand) == (2150, "T-1", 9)


async def test_a_form_with_mistakes_comes_back_as_typed(house: House) -> None:
    store = await owned(house)
    cup = await a_cup(house, store)
    page, variant = f"/console/kiln/products/{cup.id}", cup.variants[0].id
    typed = {"version": "1", "title": "Cup"}

    for field, value in (("price", "cheap"), ("on_hand", "-1"), ("compare_at", "1.999")):
        bad = await house.client.post_form(page, **typed, **{f"{field}-{variant}": value})
        assert bad.status_code == 422
        assert f'value="{value}"' in bad.text
        assert 'class="field-error"' in bad.text
    stale = await house.client.post_form(page, version="7", title="Cup")
    assert "Somebody else changed this product" in stale.text
    assert (await house.stores.product(store.id, cup.id)) == cup


async def test_an_exception_from_sending_back_is_one_of_those_offered(house: House) -> None:
    store = await owned(house)
    new = NewProduct(handle="cup", title="Cup", price=Money("EUR", 1990), on_hand=5)
    product = await house.stores.add_product(store.id, new)
    page = f"/console/kiln/products/{product.id}"

    refused = await house.client.post_form(
        page, version="1", title="Cup", no_return="because I say so"
    )

    assert refused.status_code == 422
    assert "choose one of the reasons offered" in refused.text


async def test_stock_that_nobody_typed_stays_what_buyers_made_it(house: House) -> None:
    store = await owned(house)
    cup = await a_cup(house, store)
    variant = cup.variants[0]
    page = f"/console/kiln/products/{cup.id}"
    assert f'name="on_hand-{variant.id}" value="5"' in (await house.client.get(page)).text
    await house.stores.set_stock(store.id, variant.id, 4)

    await house.client.post_form(page, version="1", title="Mug")

    assert (await house.stores.product(store.id, cup.id)).variants[0].stock.on_hand == 4


async def test_texts_of_merchants_are_never_markup(house: House) -> None:
    store = await owned(house)
    cup = await a_cup(house, store)

    for path in ("/console/kiln/products", f"/console/kiln/products/{cup.id}"):
        assert "Cup <b>" not in (await house.client.get(path)).text


async def test_a_file_is_imported_while_one_watches(house: House) -> None:
    await owned(house)
    assert (await house.client.get("/console/kiln/import")).status_code == 200
    content = a_file(a_row(), a_row("jug", variant_price="-1"))
    posted = await house.client.http.post(
        "/console/kiln/import",
        data={"csrf_token": await house.client.csrf_token()},
        files={"file": ("../my products.csv", content)},
        headers={"Accept": "text/html"},
    )
    page = posted.headers["location"]

    waiting = await house.client.get(page)
    assert 'hx-trigger="every 1s"' in waiting.text
    assert await house.uploads.run_next()
    part = await house.client.get(page, **{"HX-Request": "true"})

    assert "<html" not in part.text
    assert "hx-get" not in part.text
    assert "price_negative" in part.text
    assert "my products.csv" in (await house.client.get("/console/kiln/import")).text
    assert "1 row refused" in (await house.client.get("/console/kiln")).text


async def test_a_file_that_is_no_catalogue_says_so(house: House) -> None:
    store = await owned(house)
    upload = await house.uploads.begin(store.id, "cat.gif", b"GIF89a", by=None)

    await house.uploads.run_next()

    page = await house.client.get(f"/console/kiln/import/{upload.id}")
    assert "not a product CSV" in page.text


async def test_a_form_without_a_file_asks_for_it(house: House) -> None:
    await owned(house)
    empty = await house.client.http.post(
        "/console/kiln/import",
        data={"csrf_token": await house.client.csrf_token()},
        files={"file": ("", b"")},
        headers={"Accept": "text/html"},
    )
    assert empty.status_code == 422
    assert "Please fill this in" in empty.text


async def test_the_sample_and_the_export_are_files_that_import(house: House) -> None:
    store = await owned(house)
    sample = await house.client.get("/console/kiln/import/sample.csv")
    assert "attachment" in sample.headers["content-disposition"]

    report = await house.stores.import_products(store.id, sample.content)

    assert (len(report.rows), report.refused) == (3, ())
    export = await house.client.get("/console/kiln/products.csv")
    again = await house.stores.import_products(store.id, export.content)
    assert {row.outcome.value for row in again.rows} == {"unchanged"}


async def test_members_are_invited_and_removed_but_an_owner_stays(house: House) -> None:
    store = await owned(house)
    bob = await house.person("Bob")
    unknown = await house.client.post_form(
        "/console/kiln/members", email="nobody@shop.test", role="host"
    )
    assert "Ask them to sign up first" in unknown.text
    operator = await house.client.post_form(
        "/console/kiln/members", email="bob@shop.test", role="operator"
    )
    assert operator.status_code == 422

    await house.client.post_form("/console/kiln/members", email="BOB@shop.test", role="host")
    page = (await house.client.get("/console/kiln/members")).text
    assert "bob@shop.test" in page
    await house.client.post_form("/console/kiln/members/remove", person_id=str(bob.id), role="host")
    ann = (await house.people.memberships.of_store(store.id))[0].person_id
    await house.client.post_form("/console/kiln/members/remove", person_id=str(ann), role="owner")

    assert "A store needs an owner" in (await house.client.get("/console/kiln/members")).text
    left = await house.people.memberships.of_store(store.id)
    assert [one.person_id for one in left] == [ann]


HANDLERS = [
    *console.handlers, *products.handlers, *imports.handlers, *members.handlers,
    *delivery.handlers,
]  # fmt: skip
OF_A_STORE = [
    (method, path)
    for handler in HANDLERS
    for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"})
    for path in handler.paths
    if "{slug:str}" in path
]


@pytest.mark.parametrize(("method", "path"), OF_A_STORE)
async def test_a_member_of_another_store_is_a_stranger_here(
    house: House, method: str, path: str
) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    cup = await a_cup(house, store)
    upload = await house.uploads.begin(store.id, "a.csv", a_file(a_row()), by=None)
    parcel = await house.delivery.add(store.id, DeliveryEdit(name="Parcel"))
    eve = await house.person("Eve")
    await house.store("other", eve.id)
    target = (
        path.replace("{slug:str}", "kiln")
        .replace("{product_id:uuid}", str(cup.id))
        .replace("{import_id:uuid}", str(upload.id))
        .replace("{method_id:uuid}", str(parcel.id))
    )

    guest = await ask(house, method, target)
    await house.sign_in(eve)
    stranger = await ask(house, method, target)

    assert guest == (303 if method == "GET" else 401), "asked to sign in"
    assert stranger == 404
    through_her_own = target.replace("/kiln", "/other")
    if "_id:uuid}" in path:
        assert await ask(house, method, through_her_own) == 404


async def ask(house: House, method: str, path: str) -> int:
    if method == "GET":
        return (await house.client.get(path)).status_code
    return (await house.client.post_form(path)).status_code


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (
            Role.EDITOR,
            {"products/new", "import", "products.csv", "products", "members", "delivery", ""},
        ),
        (Role.HOST, {"products", "members", "delivery", ""}),
        (Role.MODERATOR, {"products", "members", "delivery", ""}),
    ],
)
async def test_a_role_opens_what_belongs_to_it(house: House, role: Role, may: set[str]) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    await a_cup(house, store)
    await house.sign_in(await house.member("Bob", store, role))

    everything = {
        "",
        "products",
        "products/new",
        "import",
        "products.csv",
        "members",
        "delivery",
        "settings",
    }
    opened = {
        part
        for part in everything
        if (await house.client.get(f"/console/kiln/{part}".rstrip("/"))).status_code == 200
    }

    assert opened == may


async def test_who_may_only_look_sees_no_forms(house: House) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    cup = await a_cup(house, store)
    await house.sign_in(await house.member("Bob", store, Role.HOST))

    page = await house.client.get(f"/console/kiln/products/{cup.id}")

    assert page.status_code == 200
    assert f'action="/console/kiln/products/{cup.id}"' not in page.text


async def test_the_console_speaks_chinese(house: House) -> None:
    await owned(house)
    page = await house.client.get("/console/kiln/products", **{"Accept-Language": "zh-CN"})
    assert page.status_code == 200
