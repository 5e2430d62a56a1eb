"""Offers in a room: the cards that open and close, the pin, what is left, and coupons to take."""

from collections.abc import Mapping

from livehouse.domains.offers.events import (
    CouponDropped,
    CouponShown,
    DropTaken,
    LeftChanged,
    OfferListed,
    OfferPinned,
)
from livehouse.engine.canonical import State
from livehouse.engine.folds import NO_CHANGE, Fold
from livehouse.engine.ports import Change


def _listed(state: State, fact: OfferListed, at_ms: int) -> Change:
    card: dict[str, object] = {
        "title": fact.title,
        "variant": fact.variant_title,
        "image": fact.image,
        "price_minor": fact.price_minor,
        "currency": fact.currency,
        "state": fact.state,
        "total": fact.total,
        "limit": fact.limit,
        "opens_at": fact.opens_at_ms,
        "closes_at": fact.closes_at_ms,
        "rank": fact.rank,
    }
    if fact.no_return:
        card["no_return"] = fact.no_return
    if fact.fair_window_ms:
        card["fair_window_ms"] = fact.fair_window_ms
    if fact.was_minor or "was_minor" in _card(state, str(fact.offer_id)):
        card["was_minor"] = fact.was_minor
    if _is_news(state, str(fact.offer_id), fact.version):
        card |= {"left": fact.left, "v": fact.version}
    return Change({"offers": {str(fact.offer_id): card}})


def _left_changed(state: State, fact: LeftChanged, at_ms: int) -> Change:
    if not _is_news(state, str(fact.offer_id), fact.version):
        return NO_CHANGE
    card = {"left": fact.left, "v": fact.version}
    return Change({"offers": {str(fact.offer_id): card}})


def _pinned(state: State, fact: OfferPinned, at_ms: int) -> Change:
    return Change({"stage": {"pin": fact.offer_id}})


def _coupon_shown(state: State, fact: CouponShown, at_ms: int) -> Change:
    card: dict[str, object] = {
        "label": fact.label,
        "currency": fact.currency,
        "amount_minor": fact.amount_minor,
        "basis_points": fact.basis_points,
        "from_minor": fact.from_minor,
        "cap_minor": fact.cap_minor,
        "starts_at": fact.starts_at_ms,
        "ends_at": fact.ends_at_ms,
    }
    return Change({"coupons": {str(fact.coupon_id): card}})


def _dropped(state: State, fact: CouponDropped, at_ms: int) -> Change:
    # One drop at a time: the next one takes the place of the one before.
    card: dict[str, object] = {
        "id": str(fact.drop_id),
        "coupon_id": str(fact.coupon_id),
        "label": fact.label,
        "currency": fact.currency,
        "amount_minor": fact.amount_minor,
        "basis_points": fact.basis_points,
        "from_minor": fact.from_minor,
        "cap_minor": fact.cap_minor,
        "ends_at": fact.ends_at_ms,
        "total": fact.total,
    }
    known = _drop(state)
    if known.get("id") != str(fact.drop_id) or fact.version >= _version(known):
        card |= {"left": fact.left, "v": fact.version}
    return Change({"drop": card})


def _drop_taken(state: State, fact: DropTaken, at_ms: int) -> Change:
    known = _drop(state)
    if known.get("id") != str(fact.drop_id) or fact.version <= _version(known):
        return NO_CHANGE
    return Change({"drop": {"left": fact.left, "v": fact.version}})


def _drop(state: State) -> Mapping[str, object]:
    drop = state.get("drop")
    return drop if isinstance(drop, dict) else {}


def _version(card: Mapping[str, object]) -> int:
    known = card.get("v", -1)
    return known if isinstance(known, int) else -1


def _is_news(state: State, offer_id: str, version: int) -> bool:
    """Facts of two transactions may come in another order than their commits did."""
    return version > _version(_card(state, offer_id))


def _card(state: State, offer_id: str) -> Mapping[str, object]:
    offers = state.get("offers")
    card = offers.get(offer_id) if isinstance(offers, dict) else None
    return card if isinstance(card, dict) else {}


FOLDS = (
    Fold(OfferListed, _listed),
    Fold(LeftChanged, _left_changed),
    Fold(OfferPinned, _pinned),
    Fold(CouponShown, _coupon_shown),
    Fold(CouponDropped, _dropped),
    Fold(DropTaken, _drop_taken),
)
