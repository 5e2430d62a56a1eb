"""Offers, coupons and subsidies over HTTP."""

from livehouse.domains.offers.api import coupons, offers, operator

routes = [*offers.handlers, *coupons.handlers, *operator.handlers]
