"""What is made from code is current, and what is kept beside code fits it."""

import re
from uuid import UUID

import msgspec
from tools.generate import outdated
from tools.generate_wire_documents import DOCUMENTS

from livehouse.app.settings import Settings
from livehouse.domains.offers.events import CouponDropped, CouponShown, OfferListed
from livehouse.domains.offers.live import FOLDS as OFFER_FOLDS
from livehouse.domains.orders.events import OpeningPromised
from livehouse.domains.orders.live import FOLDS as ORDER_FOLDS
from livehouse.domains.shows.live import seed
from livehouse.engine.folds import Folds
from livehouse.engine.ports import RoomFact
from livehouse.foundation.ids import CouponId, DropId, OfferId, OpeningId, RunId
from tests.architecture.sources import ROOT

RUN, OFFER = RunId(UUID(int=1)), OfferId(UUID(int=2))


def test_every_generated_file_is_current() -> None:
    assert not sorted(outdated()), "run `make generate` and review the difference"


def test_every_setting_is_documented() -> None:
    reference = (ROOT / "docs/reference/settings.md").read_text()
    names = [field.name for field in msgspec.structs.fields(Settings)]
    assert not [name for name in names if f"`{name}`" not in reference]


def test_the_front_end_knows_every_field_of_an_offer() -> None:
    listed = OfferListed(
        OFFER,
        "Cup",
        "blue",
        "/media/cup",
        1999,
        "EUR",
        "open",
        4,
        5,
        2,
        1000,
        2000,
        1,
        7,
        no_return="hygiene",
        fair_window_ms=5_000,
        was_minor=2499,
    )
    folds = Folds(seed, OFFER_FOLDS)
    fact = RoomFact((1, 1), RUN, "offers.listed", msgspec.json.encode(listed))

    patch = folds.fold(folds.seed(RUN), fact, 0).patch

    offers = patch["offers"]
    assert isinstance(offers, dict)
    assert set(offers[str(OFFER)]) - {"fair"} == fields_of("Offer") - {"fair"}


def test_the_front_end_knows_every_field_of_an_opening() -> None:
    promised = OpeningPromised(OFFER, OpeningId(UUID(int=9)), "c0ffee", 5_000)
    fact = RoomFact((1, 1), RUN, "orders.opening_promised", msgspec.json.encode(promised))

    patch = Folds(seed, ORDER_FOLDS).fold({}, fact, 0).patch

    offers = patch["offers"]
    assert isinstance(offers, dict)
    assert set(offers[str(OFFER)]["fair"]) == fields_of("Opening")


def test_the_front_end_knows_every_field_of_a_coupon() -> None:
    shown = CouponShown(
        coupon_id=CouponId(UUID(int=8)), label="Welcome", currency="EUR", amount_minor=500,
        basis_points=0, from_minor=0, cap_minor=0, starts_at_ms=1, ends_at_ms=2,
    )  # fmt: skip
    fact = RoomFact((1, 1), RUN, "offers.coupon_shown", msgspec.json.encode(shown))

    coupons = Folds(seed, OFFER_FOLDS).fold({}, fact, 0).patch["coupons"]

    assert isinstance(coupons, dict)
    assert set(coupons[str(UUID(int=8))]) == fields_of("OfferedCoupon")


def test_the_front_end_knows_every_field_of_a_drop() -> None:
    dropped = CouponDropped(
        drop_id=DropId(UUID(int=7)), coupon_id=CouponId(UUID(int=8)), label="Welcome",
        currency="EUR", amount_minor=500, basis_points=0, from_minor=0, cap_minor=0,
        ends_at_ms=2, total=10, left=10, version=0,
    )  # fmt: skip
    fact = RoomFact((1, 1), RUN, "offers.coupon_dropped", msgspec.json.encode(dropped))

    drop = Folds(seed, OFFER_FOLDS).fold({}, fact, 0).patch["drop"]

    assert isinstance(drop, dict)
    assert set(drop) == fields_of("DroppedCoupon")


def test_the_front_end_knows_every_part_of_a_room() -> None:
    assert set(seed(RUN)) == fields_of("RoomState")


def fields_of(interface: str) -> set[str]:
    """The names of an interface's own fields in the TypeScript that is kept by hand."""
    body = DOCUMENTS.split(f"export interface {interface} {{\n", 1)[1].split("\n}", 1)[0]
    return set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
