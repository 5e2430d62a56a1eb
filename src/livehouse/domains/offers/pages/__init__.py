"""The console's pages about offers, coupons and subsidies."""

from livehouse.domains.offers.pages import console_show
from livehouse.web.handlers import pages

routes = [pages(*console_show.handlers)]
