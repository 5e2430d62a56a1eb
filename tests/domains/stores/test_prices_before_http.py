"""Who is told what a price was before: proof for viewers, claims and history for members."""

from datetime import timedelta

from livehouse.domains.stores import NewProduct, Product, Store
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from tests.support.clock import ManualClock
from tests.support.stores_builders import repriced
from tests.support.stores_house import House


async def a_sale(house: House, clock: ManualClock, *, claim: int) -> tuple[Store, Product]:
    """A cup that has cost twenty euros for a month, and fifteen from now on."""
    store = await house.store("kiln", (await house.person("Ann")).id)
    new = NewProduct(handle="cup", title="Cup", price=Money("EUR", 20_00), published=True)
    product = await house.stores.add_product(store.id, new)
    await clock.advance(timedelta(days=31))
    return store, await repriced(house.stores, product, 15, claim=claim)


async def test_viewers_are_told_what_is_proven_and_members_what_is_claimed(
    house: House, clock: ManualClock
) -> None:
    store, _ = await a_sale(house, clock, claim=99)
    guest = (await house.client.get_json("/api/stores/kiln/products/cup")).json()
    listed = (await house.client.get_json("/api/stores/kiln/products")).json()
    await house.sign_in(await house.member("Hal", store, Role.HOST))
    member = (await house.client.get_json("/api/stores/kiln/products/cup")).json()

    (told,), (known,) = guest["variants"], member["variants"]
    assert (told["was_minor"], told["compare_at_minor"]) == (20_00, None)
    assert listed["products"] == [guest]
    assert (known["was_minor"], known["compare_at_minor"]) == (20_00, 99_00)


async def test_the_product_page_says_whether_the_claim_is_shown(
    house: House, clock: ManualClock
) -> None:
    store, product = await a_sale(house, clock, claim=99)
    path = f"/console/kiln/products/{product.id}"
    await house.sign_in(await house.member("Eda", store, Role.EDITOR))
    proven = await house.client.get(path)
    await repriced(house.stores, product, 18, claim=20)
    unproven = await house.client.get(path)
    await house.sign_in(await house.member("Hal", store, Role.HOST))
    read_only = await house.client.get(path)

    assert "shown as €20.00" in proven.text
    assert "the 30 days before the reduction" in proven.text
    assert "not shown: no proof" in unproven.text
    assert "€18.00" in read_only.text
    assert "€20.00" not in read_only.text


async def test_the_history_of_a_price_is_the_stores_own(house: House, clock: ManualClock) -> None:
    store, product = await a_sale(house, clock, claim=99)
    other = await house.store("other", (await house.person("Oda")).id)
    tail = f"variants/{product.variants[0].id}/prices"
    guest = await house.client.get_json(f"/api/stores/kiln/{tail}")
    await house.sign_in(await house.member("Eve", other, Role.OWNER))
    strange = [
        await house.client.get_json(f"/api/stores/kiln/{tail}"),
        await house.client.get_json(f"/api/stores/other/{tail}"),
    ]
    await house.sign_in(await house.member("Mo", store, Role.MODERATOR))
    own = await house.client.get_json(f"/api/stores/kiln/{tail}")

    assert guest.status_code == 401
    assert [answer.status_code for answer in strange] == [404, 404]
    assert [(one["offer_id"], one["price_minor"]) for one in own.json()["points"]] == [
        ("", 15_00),
        ("", 20_00),
    ]
