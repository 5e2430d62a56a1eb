"""How stores deliver: what a parcel costs, where it goes, and who decides."""

from uuid import UUID

import pytest

from livehouse.domains.stores import (
    Delivery,
    DeliveryEdit,
    DeliveryMethod,
    NotDelivered,
    Stores,
    delivery_terms,
    methods_to,
)
from livehouse.domains.stores.errors import TooManyDeliveryMethods
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import DeliveryMethodId, IdSource, StoreId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from tests.support.stores_builders import a_store, some_stores
from tests.support.stores_house import House
from tests.support.web_client import JSON


def a_method(**values: object) -> DeliveryMethod:
    fields: dict[str, object] = {
        "id": DeliveryMethodId(UUID(int=1)),
        "store_id": StoreId(UUID(int=2)),
        "currency": "EUR",
        "name": "Parcel",
    }
    return DeliveryMethod(**(fields | values))  # type: ignore[arg-type] # a test's own fields


def test_dear_goods_travel_free_where_the_store_says_so() -> None:
    parcel = a_method(fee_minor=490, free_from_minor=5000)

    assert [parcel.fee_minor_for(goods) for goods in (0, 4999, 5000, 9000)] == [490, 490, 0, 0]
    assert a_method(fee_minor=490).fee_minor_for(10**9) == 490


def test_the_cheapest_way_to_a_country_comes_first() -> None:
    express = a_method(id=DeliveryMethodId(UUID(int=1)), fee_minor=1200)
    parcel = a_method(id=DeliveryMethodId(UUID(int=2)), fee_minor=490, countries=("AT", "DE"))
    old = a_method(id=DeliveryMethodId(UUID(int=3)), fee_minor=0, active=False)

    assert methods_to([express, parcel, old], "DE") == [parcel, express]
    assert methods_to([express, parcel, old], "JP") == [express]


def test_a_store_without_methods_delivers_everywhere_and_one_with_them_only_there() -> None:
    assert methods_to([], "JP") == []
    assert methods_to([a_method(active=False)], "JP") == []
    with pytest.raises(NotDelivered):
        methods_to([a_method(countries=("DE",))], "JP")


@pytest.fixture
def stores(database: Database, clock: Clock, ids: IdSource) -> Stores:
    return some_stores(database, clock, ids)


@pytest.fixture
def delivery(database: Database, ids: IdSource) -> Delivery:
    return Delivery(database, ids)


async def test_methods_are_kept_and_changed(stores: Stores, delivery: Delivery) -> None:
    kiln = await a_store(stores)
    express = await delivery.add(kiln.id, DeliveryEdit(name=" Express ", fee_minor=1200))
    parcel = await delivery.add(
        kiln.id, DeliveryEdit(name="Parcel", countries=("DE", "AT"), fee_minor=490)
    )

    assert (express.name, parcel.currency, parcel.countries) == ("Express", "EUR", ("AT", "DE"))
    assert await delivery.of_store(kiln.id) == [parcel, express]
    changed = await delivery.change(kiln.id, express.id, DeliveryEdit(name="Night", active=False))
    assert await delivery.of_store(kiln.id) == [changed, parcel]


async def test_the_till_reads_what_is_in_use(
    stores: Stores, delivery: Delivery, database: Database
) -> None:
    kiln, loom = await a_store(stores), await a_store(stores, "loom", "CNY")
    parcel = await delivery.add(kiln.id, DeliveryEdit(name="Parcel", countries=("DE",)))
    await delivery.add(kiln.id, DeliveryEdit(name="Old", active=False))

    async with database.pool.acquire() as connection:
        found = await delivery_terms.in_use(connection, [kiln.id, loom.id])

    assert found == {kiln.id: (parcel,)}


async def test_another_stores_method_is_not_there(stores: Stores, delivery: Delivery) -> None:
    kiln, loom = await a_store(stores), await a_store(stores, "loom")
    parcel = await delivery.add(kiln.id, DeliveryEdit(name="Parcel"))

    with pytest.raises(NotFound):
        await delivery.change(loom.id, parcel.id, DeliveryEdit(name="Mine"))
    with pytest.raises(NotFound):
        await delivery.method(loom.id, parcel.id)
    assert await delivery.of_store(kiln.id) == [parcel]


@pytest.mark.parametrize(
    ("field", "edit"),
    [
        ("name", DeliveryEdit(name=" ")),
        ("countries", DeliveryEdit(name="x", countries=("XX",))),
        ("countries", DeliveryEdit(name="x", countries=("DE", "DE"))),
        ("fee_minor", DeliveryEdit(name="x", fee_minor=-1)),
        ("free_from_minor", DeliveryEdit(name="x", free_from_minor=-1)),
        ("days_max", DeliveryEdit(name="x", days_min=5, days_max=4)),
        ("days_max", DeliveryEdit(name="x", days_max=366)),
    ],
)
async def test_what_no_parcel_can_keep_is_refused(
    stores: Stores, delivery: Delivery, field: str, edit: DeliveryEdit
) -> None:
    kiln = await a_store(stores)

    with pytest.raises(InvalidInput) as refused:
        await delivery.add(kiln.id, edit)

    assert refused.value.params["field"] == field


async def test_a_store_has_so_many_methods_and_no_more(stores: Stores, delivery: Delivery) -> None:
    kiln = await a_store(stores)
    for number in range(20):
        await delivery.add(kiln.id, DeliveryEdit(name=f"Way {number}"))

    with pytest.raises(TooManyDeliveryMethods):
        await delivery.add(kiln.id, DeliveryEdit(name="One more"))


async def test_an_editor_adds_and_changes_in_the_console(house: House) -> None:
    store = await house.store("kiln", (await house.person("Ann")).id)
    await house.sign_in(await house.member("Bob", store, Role.EDITOR))
    here = "/console/kiln/delivery"
    assert "Everything travels free" in (await house.client.get(here)).text

    typed = {"name": "Parcel", "fee": "4.90", "days_min": "2", "days_max": "4", "active": "1"}
    added = await house.client.post_form(here, **typed, countries="de, at", free_from="50")

    assert added.status_code == 303, added.text
    (method,) = await house.delivery.of_store(store.id)
    assert (method.countries, method.fee_minor, method.free_from_minor) == (("AT", "DE"), 490, 5000)
    page = (await house.client.get(here)).text
    assert "Austria, Germany" in page
    assert "free from €50.00" in page
    form = (await house.client.get(f"{here}/{method.id}")).text
    assert 'value="4.90"' in form
    bad = await house.client.post_form(f"{here}/{method.id}", **(typed | {"fee": "cheap"}))
    assert bad.status_code == 422
    assert 'id="fee-error"' in bad.text
    worse = await house.client.post_form(here, **typed, countries="Germany")
    assert 'id="countries-error"' in worse.text
    await house.client.post_form(f"{here}/{method.id}", **(typed | {"active": "", "fee": "5"}))
    assert "Not in use" in (await house.client.get(here)).text


async def test_scripts_read_and_set_how_a_store_delivers(house: House) -> None:
    ann = await house.person("Ann")
    await house.store("kiln", ann.id)
    mine = JSON | {"Authorization": f"Bearer {await house.token_of(ann, 'catalogue:write')}"}
    path = "/api/stores/kiln/delivery-methods"

    made = await house.client.http.post(
        path, json={"name": "Parcel", "fee_minor": 490, "countries": ["DE"]}, headers=mine
    )
    assert made.status_code == 201, made.text
    one = f"{path}/{made.json()['id']}"
    kept = await house.client.http.put(one, json={"name": "Old", "active": False}, headers=mine)
    assert kept.json()["countries"] == []

    assert len((await house.client.http.get(path, headers=mine)).json()["methods"]) == 1
    assert (await house.client.get_json(path)).json() == {"methods": []}
    assert (await house.client.http.post(path, json={"name": "x"}, headers=JSON)).status_code in {
        401,
        403,
    }


async def test_who_sells_stands_in_the_settings(house: House) -> None:
    ann = await house.person("Ann")
    store = await house.store("kiln", ann.id)
    await house.sign_in(ann)

    saved = await house.client.post_form(
        "/console/kiln/settings", name="Kiln", country="DE", time_zone="Europe/Berlin",
        language="en", legal_name="Kiln GmbH", legal_address="Ofenweg 1\n04109 Leipzig",
        tax_number="DE123456789",
    )  # fmt: skip

    assert saved.status_code == 303, saved.text
    kept = await house.stores.store(store.id)
    assert (kept.legal_name, kept.tax_number) == ("Kiln GmbH", "DE123456789")
    assert kept.legal_address == "Ofenweg 1\n04109 Leipzig"
