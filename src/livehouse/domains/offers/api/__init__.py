"""Offers, coupons and subsidies over HTTP."""

from livehouse.domains.offers.api import coupons, drops, offers, operator

routes = [*offers.handlers, *coupons.handlers, *drops.handlers, *operator.handlers]
