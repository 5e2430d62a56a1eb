"""The pages of orders, as the buyer and the store see them."""

import msgspec
import pytest

from livehouse.domains.offers import Offer
from livehouse.domains.orders import Buy
from livehouse.domains.orders.pages import routes
from livehouse.foundation.roles import Role
from livehouse.web.identity import Identity
from tests.support.orders_world import LINES, a_buyer, a_wish, bought
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, an_identity

FIELDS = msgspec.to_builtins(LINES)


async def an_order(world: ShowsWorld) -> tuple[Identity, Offer, Buy]:
    _, offer = await world.an_open_offer()
    buyer = await a_buyer(world)
    wish = a_wish(world, offer.id, buyer=buyer.person_id.int, with_address=False)
    await bought(world, wish)
    return buyer, offer, wish


async def test_a_buyer_gives_an_address_pays_and_sees_it(world: ShowsWorld) -> None:
    buyer, offer, wish = await an_order(world)
    here = f"/orders/{wish.id}"
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        before = await web.get(here)
        early = await web.post_form(f"{here}/pay")
        refused = await web.get(here)
        addressed = await web.post_form(f"{here}/address/new", **FIELDS)
        ready = await web.get(here)
        paying = await web.post_form(f"{here}/pay")
        provider = await web.get(paying.headers["location"])
        approved = await web.post_form(paying.headers["location"], outcome="approve")
        back = await web.get(approved.headers["location"])
        paid = await web.get(here)
        again = await web.get(paying.headers["location"])

    assert "First tell us where it should go." in before.text
    assert early.headers["location"] == here
    assert "Please choose a delivery address first." in refused.text
    assert (addressed.status_code, addressed.headers["location"]) == (303, here)
    assert "10115 Berlin" in ready.text
    assert "Pay €20.00" in ready.text
    assert "&lt;time" not in ready.text
    assert paying.headers["location"].startswith("/sandbox/")
    assert "This is a sandbox, not a bank" in provider.text
    assert back.headers["location"] == here
    assert "Paid. Thank you!" in paid.text
    assert "The store packs it" in paid.text
    assert "decided already" in again.text
    assert (await world.quota(offer.quota_id)).spent == 1


async def test_a_payment_may_be_refused_or_never_answered(world: ShowsWorld) -> None:
    buyer, _, wish = await an_order(world)
    address = await world.people.addresses.add(buyer.person_id, LINES)
    await world.orders.choose_address(wish.id, address.id, buyer_id=buyer.person_id)
    here = f"/orders/{wish.id}"
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        seen, provider = [], ""
        for outcome in ("refuse", "silence"):
            provider = (await web.post_form(f"{here}/pay")).headers["location"]
            told = await web.post_form(provider, outcome=outcome)
            await web.get(told.headers["location"])
            seen.append((await web.get(here)).text)
        nonsense = await web.post_form(provider, outcome="steal")

    assert "The last payment was refused." in seen[0]
    assert "The provider has not answered yet." in seen[1]
    assert all("Pay €20.00" in page for page in seen)
    assert nonsense.headers["location"] == provider


async def test_a_kept_address_is_chosen_and_another_persons_is_not(world: ShowsWorld) -> None:
    buyer, _, wish = await an_order(world)
    other = await a_buyer(world, "Bea")
    own = await world.people.addresses.add(buyer.person_id, LINES)
    foreign = await world.people.addresses.add(other.person_id, LINES)
    path = f"/orders/{wish.id}/address"
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        for address_id in (foreign.id, "nonsense", ""):
            await web.post_form(path, address_id=address_id)
            order = await world.orders.order(wish.id, buyer_id=buyer.person_id)
            assert order.address_id is None
        await web.post_form(path, address_id=own.id)

    order = await world.orders.order(wish.id, buyer_id=buyer.person_id)
    assert order.address_id == own.id


async def test_a_wrong_address_comes_back_with_a_word_per_field(world: ShowsWorld) -> None:
    buyer, _, wish = await an_order(world)
    path = f"/orders/{wish.id}/address/new"
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        empty = await web.post_form(path, recipient="Ann", country="DE")
        nowhere = await web.post_form(path, **(FIELDS | {"country": "ZZ"}))

    assert empty.status_code == 422
    assert empty.text.count("Please fill this in.") == 2
    assert nowhere.status_code == 422


async def test_a_buyer_cancels(world: ShowsWorld) -> None:
    buyer, offer, wish = await an_order(world)
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        await web.post_form(f"/orders/{wish.id}/cancel")
        page = await web.get(f"/orders/{wish.id}")
        twice = await web.post_form(f"/orders/{wish.id}/cancel")

    assert "The order is cancelled. Nothing was charged." in page.text
    assert twice.status_code == 303
    assert (await world.quota(offer.quota_id)).held == 0


async def test_an_order_is_there_for_its_buyer_alone(world: ShowsWorld) -> None:
    buyer, offer, wish = await an_order(world)
    address = await world.people.addresses.add(buyer.person_id, LINES)
    await world.orders.choose_address(wish.id, address.id, buyer_id=buyer.person_id)
    payment = (await world.payments.begin(wish.id, buyer_id=buyer.person_id)).url
    here = f"/orders/{wish.id}"
    posts = [f"{here}/{verb}" for verb in ("address", "address/new", "pay", "cancel")]

    async def codes(web: WebClient) -> set[int]:
        answers = [await web.get(path) for path in (here, payment, "/orders/nonsense")]
        answers += [await web.post_form(path, **FIELDS) for path in posts]
        answers.append(await web.post_form(payment, outcome="approve"))
        return {answer.status_code for answer in answers}

    async with world.web(*routes) as web:
        web.sign_in_as(an_identity(5))
        stranger = await codes(web)
        web.sign_in_as(member_of(offer.store_id, Role.OWNER, number=6))
        seller = await codes(web)
        web.sign_out()
        guest = await web.get(here)

    assert stranger == seller == {404}
    assert guest.headers["location"] == f"/sign-in?next={here}"


async def test_my_orders_are_paged_and_empty_is_friendly(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=50, allotment=50)
    await world.till.commit([a_wish(world, offer.id) for _ in range(31)])
    async with world.web(*routes) as web:
        web.sign_in_as(an_identity(2))
        empty = await web.get("/orders")
        web.sign_in_as(an_identity(1))
        first = await web.get("/orders")
        older = first.text.split('href="/orders?before=')[1].split('"')[0]
        second = await web.get(f"/orders?before={older}")

    assert "Nothing bought yet" in empty.text
    assert first.text.count("data-countdown") == 30
    assert second.text.count("data-countdown") == 1
    assert 'rel="prev"' in second.text


async def test_a_store_sees_its_orders_and_where_they_go(world: ShowsWorld) -> None:
    buyer, offer, wish = await an_order(world)
    address = await world.people.addresses.add(buyer.person_id, LINES)
    await world.orders.choose_address(wish.id, address.id, buyer_id=buyer.person_id)
    here = "/console/tea-house/orders"
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(offer.store_id, Role.EDITOR))
        listed = await web.get(here)
        paid = await web.get(f"{here}?only=paid")
        hostile = await web.get(f"{here}?only=%00%27&before=nonsense")
        one = await web.get(f"{here}/{wish.id}")

    assert "Tea bowl" in listed.text
    assert "€20.00" in listed.text
    assert "No such orders" in paid.text
    assert hostile.status_code == 400
    assert "Ann Example" in one.text
    assert "Lane 1" in one.text


@pytest.mark.parametrize("role", [Role.HOST, Role.MODERATOR])
async def test_addresses_are_not_for_who_stands_on_the_stage(world: ShowsWorld, role: Role) -> None:
    _, offer, wish = await an_order(world)
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(offer.store_id, role))
        codes = {
            (await web.get(path)).status_code
            for path in ("/console/tea-house/orders", f"/console/tea-house/orders/{wish.id}")
        }

    assert codes == {403}


async def test_another_stores_orders_are_not_there(world: ShowsWorld) -> None:
    _, _, wish = await an_order(world)
    other = await world.a_store("other-store")
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(other.id, Role.OWNER))
        paths = (
            "/console/tea-house/orders",
            f"/console/tea-house/orders/{wish.id}",
            f"/console/other-store/orders/{wish.id}",
            "/console/other-store/orders/nonsense",
        )
        codes = [(await web.get(path)).status_code for path in paths]
        own = await web.get("/console/other-store/orders")

    assert codes == [404] * 4
    assert "No orders yet" in own.text
