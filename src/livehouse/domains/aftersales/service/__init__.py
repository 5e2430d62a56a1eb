"""What people do after an order."""

from dataclasses import dataclass, field

from livehouse.domains.aftersales.service.complaints import Complaints
from livehouse.domains.aftersales.service.desk import Desk
from livehouse.domains.aftersales.service.letters import Letters
from livehouse.domains.aftersales.service.ratings import Ratings
from livehouse.domains.aftersales.service.returns import Returns
from livehouse.domains.aftersales.service.shipping import Shipping
from livehouse.domains.aftersales.service.stories import Stories
from livehouse.domains.aftersales.service.tracking import Tracking
from livehouse.domains.aftersales.service.words import BuyersWords
from livehouse.domains.orders import Orders

__all__ = ["AfterSales", "BuyersWords", "Desk", "Letters"]


@dataclass(slots=True)
class AfterSales:
    """The services of this domain, side by side; handlers ask for `aftersales`."""

    desk: Desk
    orders: Orders
    letters: Letters
    shipping: Shipping = field(init=False)
    tracking: Tracking = field(init=False)
    returns: Returns = field(init=False)
    complaints: Complaints = field(init=False)
    ratings: Ratings = field(init=False)
    stories: Stories = field(init=False)

    def __post_init__(self) -> None:
        self.shipping = Shipping(self.desk)
        self.tracking = Tracking(self.orders, self.shipping)
        self.returns = Returns(self.desk)
        self.complaints = Complaints(self.desk)
        self.ratings = Ratings(self.desk)
        self.stories = Stories(self.desk.database)
