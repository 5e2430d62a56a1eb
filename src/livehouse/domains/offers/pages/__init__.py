"""Pages about offers, coupons and subsidies: a store's console, and the operators'."""

from livehouse.domains.offers.pages import console_show, coupons, subsidies
from livehouse.web.handlers import pages

routes = [pages(*console_show.handlers, *coupons.handlers, *subsidies.handlers)]
