"""What follows orders, for the screenshots: who bought long ago, and the pages about it."""

from collections.abc import Mapping
from datetime import timedelta

from livehouse.app.demo_past import an_evening, remember
from livehouse.app.demo_stores import lower
from livehouse.app.platform import Platform
from livehouse.domains.aftersales.model.returns import return_state
from livehouse.domains.orders import state_name
from livehouse.domains.people import AddressLines
from livehouse.foundation.ids import StoreId
from tools.shots_house import STREETS, Furniture
from tools.shots_scenes import Scene, Steps, sent

COMMISSION_BASIS_POINTS = 750
REFUND_TRIES = 30


async def furnish_after(platform: Platform, made: Furniture) -> None:
    """A past with returns, complaints and a statement, and a refund that no provider takes."""
    store = await platform.stores.by_slug("kiln")
    ann, bo, olu = (made.people[name] for name in ("ann", "bo", "olu"))
    await platform.stores.set_commission(store.id, COMMISSION_BASIS_POINTS)
    lines = AddressLines(recipient="Bo", street=STREETS[0], city="Hamburg", country="DE")
    await platform.people.addresses.add(bo.id, lines)
    await remember(platform, store, "tea-room", viewer=ann, neighbour=bo, operator=olu)
    await _nobody_takes_a_refund(platform, made)
    await _the_operator_is_asked(platform, store.id, made)
    await lower(platform, store, made.offers["open"])
    for one in await platform.coupons.shown_by(store.id):
        await platform.coupons.take(one.coupon.id, ann.id)
    await _find_paths(platform, store.id, made)


async def _nobody_takes_a_refund(platform: Platform, made: Furniture) -> None:
    store, at = await platform.stores.by_slug("kiln"), platform.clock.now() - timedelta(days=5)
    evening = await an_evening(platform, store, "tea-room", ("bad-batch", "The Bad Batch"), at)
    order_id = await evening.bought(made.people["bo"], (0, 1), refunds_fail=True)
    past = evening.platform
    await past.aftersales.shipping.call_off(order_id, buyer_id=made.people["bo"].id)
    for _ in range(REFUND_TRIES):
        await past.payments.refunds.send_due()
        await evening.clock.sleep(timedelta(hours=2))
    await past.shows.end("bad-batch")


async def _the_operator_is_asked(platform: Platform, kiln: StoreId, made: Furniture) -> None:
    (one,) = await platform.aftersales.complaints.of_store(kiln)
    words = "The photographs were taken by candlelight. We cannot take it back."
    await platform.aftersales.complaints.answer(one.id, words, None, store_id=kiln)
    await platform.aftersales.complaints.escalate(one.id, buyer_id=made.people["bo"].id)


async def _find_paths(platform: Platform, kiln: StoreId, made: Furniture) -> None:
    """Where the pages are that are about one thing."""
    paths = made.paths
    for order in await platform.orders.of_buyer(made.people["ann"].id):
        paths.setdefault(state_name(order.state), f"/orders/{order.id}")
    for one in await platform.aftersales.returns.of_store(kiln, is_open=False):
        name = return_state(one)
        paths[f"{name}-return"] = f"/orders/{one.order.order_id}/returns/{one.id}"
        paths[f"{name}-return-store"] = f"/console/kiln/returns/{one.id}"
    (complaint,) = await platform.aftersales.complaints.disputes()
    paths["complaint"] = f"/orders/{complaint.order.order_id}/complaint"
    paths["complaint-store"] = f"/console/kiln/complaints/{complaint.id}"
    paths["dispute"] = f"/operator/disputes/{complaint.id}"
    (statement,) = await platform.settlement.of_store(kiln, "EUR")
    paths["statement"] = f"/console/kiln/statements/{statement.id}"


def scenes_after(made: Furniture) -> list[Scene]:
    return [*_buyers(made.paths), *_stores(made.paths), *_operators(made.paths)]


def _buyers(paths: Mapping[str, str]) -> list[Scene]:
    def ann(name: str, path: str, steps: Steps | None = None) -> Scene:
        return Scene(name=f"after-{name}", path=path, who="ann", steps=steps)

    return [
        *(ann(name, paths[name]) for name in ("shipped", "delivered", "closed")),
        ann("ask-return", f"{paths['delivered']}/return"),
        ann("ask-return-refused", f"{paths['delivered']}/return", sent({"note": "z" * 1_001})),
        ann("return-asked", paths["requested-return"]),
        ann("return-refunded", paths["refunded-return"]),
        ann("complain", f"{paths['delivered']}/complaint"),
        ann("rate", f"{paths['delivered']}/rating"),
        Scene(name="after-complaint", path=paths["complaint"], who="bo"),
    ]


def _stores(paths: Mapping[str, str]) -> list[Scene]:
    def kiln(name: str, path: str = "", who: str = "host", steps: Steps | None = None) -> Scene:
        path = path or f"/console/kiln/{name}"
        return Scene(name=f"after-store-{name}", path=path, who=who, steps=steps)

    return [
        *(kiln(name) for name in ("shipping", "returns", "complaints", "coupons", "statements")),
        *(
            Scene(name=f"after-store-{name}-fresh", path=f"/console/bare/{name}", who="olu")
            for name in ("shipping", "returns", "complaints", "coupons", "statements")
        ),
        kiln("coupon-refused", "/console/kiln/coupons", steps=sent({"label": " ", "total": "0"})),
        kiln("return-asked", paths["requested-return-store"]),
        kiln("return-refunded", paths["refunded-return-store"]),
        kiln("complaint", paths["complaint-store"]),
        kiln("statement", paths["statement"]),
        kiln("order-closed", f"/console/kiln{paths['closed']}"),
        kiln("order-shipped", f"/console/kiln{paths['shipped']}"),
    ]


def _operators(paths: Mapping[str, str]) -> list[Scene]:
    def olu(name: str, path: str = "", *, empty: bool = False) -> Scene:
        return Scene(
            name=f"after-operator-{name}{'-fresh' if empty else ''}",
            path=path or f"/operator/{name}", who="olu", empty_house=empty,
        )  # fmt: skip

    names = ("refunds", "disputes", "ledger", "coupons", "subsidies")
    return [
        *(olu(name) for name in names),
        *(olu(name, empty=True) for name in names),
        olu("dispute", paths["dispute"]),
    ]
