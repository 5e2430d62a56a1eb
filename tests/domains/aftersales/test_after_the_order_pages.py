"""The pages after the order, as buyer, store and operator see them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx import Response

from livehouse.domains.aftersales.model.complaints import About
from livehouse.domains.aftersales.pages import routes
from livehouse.domains.aftersales.wire import MOST_PIECES
from livehouse.domains.orders import Order, number_of
from livehouse.domains.orders.pages import routes as orders_routes
from livehouse.foundation.ids import StoreId
from livehouse.foundation.roles import Role
from livehouse.web.identity import Identity
from tests.domains.aftersales.counter import Counter
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import HTML, WebClient, an_identity


def an_editor(order: Order) -> Identity:
    return member_of(order.store_id, Role.EDITOR, number=0x5E11)


def an_operator() -> Identity:
    return an_identity(0x0E, is_operator=True)


async def test_a_buyer_follows_an_order_and_rates_it(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers(count=2))
    here = f"/orders/{order.id}"
    async with world.web(*routes, *orders_routes) as web:
        web.sign_in_as(await counter.buyer())
        paid = await web.get(here)
        await counter.brought(order, await counter.sent(order))
        shipped = await web.get(here)
        said = await web.post_form(f"{here}/received")
        delivered = await web.get(here)
        rating = await web.post_form(f"{here}/rating", score="5", words="Fine.")
        rated = await web.get(f"{here}/rating")

    assert "The store packs it" in paid.text
    assert "Call it off, money back" in paid.text
    assert "DHL JD014600001" in shipped.text
    assert (
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id=JD014600001" in shipped.text
    )
    assert "I have received it" in shipped.text
    assert said.headers["location"] == here
    assert "Rate this order" in delivered.text
    assert rating.headers["location"] == here
    assert "You have rated this order" in rated.text


async def test_a_return_goes_from_buyer_to_store_and_the_money_back(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers(count=2))
    here = f"/orders/{order.id}"
    async with world.web(*routes, *orders_routes) as web:
        web.sign_in_as(await counter.buyer())
        form = await web.get(f"{here}/return")
        empty = await web.post_form(f"{here}/return", why="changed_mind")
        asked = await web.post_form(f"{here}/return", **{"why": "changed_mind", "pieces-1": "1"})
        one = asked.headers["location"]
        waiting = await web.get(one)
        web.sign_in_as(an_editor(order))
        console = f"/console/tea-house/returns/{one.rpartition('/')[2]}"
        queue = await web.get("/console/tea-house/returns")
        await web.post_form(f"{console}/accept")
        web.sign_in_as(await counter.buyer())
        await web.post_form(f"{one}/send", carrier="UPS", tracking="1Z9")
        web.sign_in_as(an_editor(order))
        await web.post_form(f"{console}/receive", restocked="1")
        web.sign_in_as(await counter.buyer())
        ended = await web.get(here)

    assert "Tea bowl 1" in form.text
    assert empty.status_code == 422
    assert "Choose at least one piece" in empty.text
    assert asked.status_code == 303
    assert "or else the return is accepted" in waiting.text
    assert "1 × Tea bowl 1" in queue.text
    assert "Money back: €20.00" in ended.text


async def test_a_store_sends_many_orders_at_once_and_prints_their_slips(
    world: ShowsWorld, counter: Counter
) -> None:
    offers = await counter.offers()
    first, second = await counter.paid(offers), await counter.paid(offers)
    here = "/console/tea-house/shipping"
    async with world.web(*routes, *orders_routes) as web:
        web.sign_in_as(an_editor(first))
        listed = await web.get(here)
        slips = await web.get(
            f"/console/tea-house/packing-slips?order={first.id}&order={second.id}"
        )
        nothing = await web.post_form(here, carrier="DHL")
        refused = await web.post_form(here, **{"carrier": "", f"tracking-{first.id}": "JD1"})
        sent = await web.post_form(
            here,
            **{"carrier": "DHL", f"tracking-{first.id}": "JD1", f"tracking-{second.id}": "JD2"},
        )
        told = await web.get(sent.headers["location"])
        no_slips = await web.get("/console/tea-house/packing-slips")
        gone = await web.get(f"/console/tea-house/orders/{first.id}/ship")

    assert all(number_of(order.id) in listed.text for order in (first, second))
    assert "Ann Example" in listed.text
    assert slips.text.count("Lane 1") == 2
    assert nothing.status_code == 303
    assert refused.status_code == 422
    assert 'value="JD1"' in refused.text
    assert "name the carrier" in refused.text
    assert "2 sent." in told.text
    assert "Nothing to send" in told.text
    assert no_slips.status_code == 303
    assert gone.status_code == 404


async def test_a_store_sends_a_part_and_refunds_what_it_has_not(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.paid(await counter.offers(), quantity=3)
    here = f"/console/tea-house/orders/{order.id}"
    async with world.web(*routes, *orders_routes) as web:
        web.sign_in_as(an_editor(order))
        page = await web.get(f"{here}/ship")
        wrong = await web.post_form(f"{here}/ship", carrier="DHL", tracking="")
        half = await web.post_form(
            f"{here}/ship", **{"carrier": "DHL", "tracking": "JD1", "pieces-0": "2"}
        )
        left = await web.post_form(f"{here}/leave-out", **{"pieces-0": "1"})
        after = await web.get(here)
        over = await web.post_form(f"{here}/leave-out", **{"pieces-0": str(MOST_PIECES + 1)})

    assert page.status_code == 200
    assert wrong.status_code == 422
    assert (half.status_code, left.status_code, over.status_code) == (303, 303, 303)
    assert "Money back: €20.00" in after.text
    assert len(await counter.refunds(order)) == 1


async def sent_file(web: WebClient, path: str, content: bytes) -> Response:
    token = await web.csrf_token()
    files = {"file": ("parcels.csv", content)}
    return await web.http.post(path, data={"csrf_token": token}, files=files, headers=HTML)


async def test_a_file_tells_what_became_of_each_row(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers())
    content = f"order,carrier,tracking\n{number_of(order.id)},DHL,JD1\nFFFFFFFF,DHL,<b>\n"
    here = "/console/tea-house/shipping"
    async with world.web(*routes) as web:
        web.sign_in_as(an_editor(order))
        report = await sent_file(web, f"{here}/file", content.encode())
        nonsense = await sent_file(web, f"{here}/file", b"\x00")

    assert "No order of this store has that number." in report.text
    assert "Known already" not in report.text
    assert nonsense.status_code == 303


async def test_a_complaint_goes_from_buyer_to_store_to_operator(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    here = f"/orders/{order.id}/complaint"
    async with world.web(*routes, *orders_routes) as web:
        web.sign_in_as(await counter.buyer())
        await web.post_form(here, about="other", words="It smells.")
        web.sign_in_as(an_editor(order))
        listed = await web.get("/console/tea-house/complaints")
        (one,) = await world.aftersales.complaints.of_order(order.id)
        console = f"/console/tea-house/complaints/{one.id}"
        too_much = await web.post_form(console, words="Sorry.", refund="20.01")
        await web.post_form(console, words="Sorry.", refund="1.50")
        web.sign_in_as(await counter.buyer())
        answered = await web.get(here)
        await web.post_form(f"{here}/escalate")
        web.sign_in_as(an_operator())
        disputes = await web.get("/operator/disputes")
        page = await web.get(f"/operator/disputes/{one.id}")
        wordless = await web.post_form(f"/operator/disputes/{one.id}", words="")
        await web.post_form(f"/operator/disputes/{one.id}", words="Half of it.", refund="10")
        again = await web.post_form(f"/operator/disputes/{one.id}", words="More.", refund="1")
        web.sign_in_as(await counter.buyer())
        done = await web.get(here)

    assert "Something else" in listed.text
    assert too_much.status_code == 422
    assert "At most €20.00" in too_much.text
    assert "Money back: €1.50" in answered.text
    assert "Tea House" in disputes.text
    assert "It smells." in page.text
    assert (wordless.status_code, again.status_code) == (422, 422)
    assert "Half of it." in done.text
    assert sorted(one.amount.minor for one in await counter.refunds(order)) == [150, 1000]


async def test_orders_are_found_by_number_name_state_and_day(
    world: ShowsWorld, counter: Counter
) -> None:
    offers = await counter.offers()
    first = await counter.paid(offers)
    await world.clock.advance(timedelta(days=2))
    second = await counter.delivered(offers)
    day = f"{world.clock.now():%Y-%m-%d}"
    found: dict[str, tuple[bool, bool]] = {}
    async with world.web(*orders_routes) as web:
        web.sign_in_as(an_editor(first))
        for query in (
            f"find={number_of(first.id)}", f"find={first.id}", "find=ann%20exam", "find=bob",
            "only=delivered", f"since={day}", f"until={day}", "since=nonsense", "find=%25",
            f"find=Ann&only=paid&until={day}",
        ):  # fmt: skip
            page = (await web.get(f"/console/tea-house/orders?{query}")).text
            found[query] = (number_of(first.id) in page, number_of(second.id) in page)

    assert list(found.values()) == [
        (True, False), (True, False), (True, True), (False, False),
        (False, True), (False, True), (True, True), (True, True), (False, False),
        (True, False),
    ]  # fmt: skip


GET = ("return", "rating", "complaint")
POST = ("received", "call-off", "return", "rating", "complaint", "complaint/escalate")


async def test_another_persons_order_is_not_there(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    one = await counter.asked(order)
    here = f"/orders/{order.id}"
    async with world.web(*routes) as web:
        guests = [(await web.get(f"{here}/{path}")).status_code for path in GET]
        web.sign_in_as(an_identity(0xBAD))
        codes = [(await web.get(f"{here}/{path}")).status_code for path in GET]
        codes += [
            (await web.post_form(f"{here}/{path}", about="other", words="x")).status_code
            for path in POST
        ]
        codes += [
            (await web.get(f"{here}/returns/{one.id}")).status_code,
            (await web.post_form(f"{here}/returns/{one.id}/keep")).status_code,
            (await web.get("/orders/nonsense/return")).status_code,
        ]
        web.sign_in_as(await counter.buyer())
        mixed = await web.get(f"{here}/returns/{order.id}")

    assert set(codes) == {404}
    assert 200 not in guests
    assert mixed.status_code == 404


Who = Callable[[StoreId], Identity]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (lambda store_id: member_of(store_id, Role.HOST), 403),
        (lambda store_id: member_of(store_id, Role.MODERATOR), 403),
        (lambda store_id: member_of(store_id, Role.EDITOR), 200),
        (lambda store_id: member_of(store_id, Role.OWNER), 200),
        (lambda _: an_identity(0xBAD), 404),
        (lambda _: member_of(StoreId(an_identity(3).person_id), Role.OWNER), 404),
    ],
)
async def test_names_and_addresses_are_for_those_who_pack(
    world: ShowsWorld, counter: Counter, who: Who, code: int
) -> None:
    order = await counter.paid(await counter.offers())
    async with world.web(*routes) as web:
        web.sign_in_as(who(order.store_id))
        codes = [
            (await web.get(f"/console/tea-house/{path}")).status_code
            for path in (
                "shipping", "returns", "complaints", f"orders/{order.id}/ship",
                f"packing-slips?order={order.id}",
            )
        ]  # fmt: skip
        disputes = await web.get("/operator/disputes")

    assert set(codes) == {code}
    assert disputes.status_code == 404


async def a_foreign_order(world: ShowsWorld, web: WebClient, order: Order) -> list[int]:
    other = await world.a_store("kiln")
    web.sign_in_as(member_of(other.id, Role.OWNER))
    one = await world.aftersales.complaints.complain(
        order.id, About.OTHER, "Hm.", buyer_id=order.buyer_id
    )
    return [
        (await web.get(f"/console/kiln/orders/{order.id}/ship")).status_code,
        (await web.get(f"/console/kiln/packing-slips?order={order.id}")).status_code,
        (await web.get(f"/console/kiln/complaints/{one.id}")).status_code,
        (await web.post_form(f"/console/kiln/complaints/{one.id}", words="x")).status_code,
    ]


async def test_another_stores_order_is_not_there(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers())
    async with world.web(*routes) as web:
        codes = await a_foreign_order(world, web, order)

    assert set(codes) == {404}
