"""Orders: the till, payment, and what happens to who does not pay."""

from livehouse.domains.orders.adapters.sandbox import Sandbox
from livehouse.domains.orders.errors import (
    AddressMissing,
    AmountDiffers,
    BadQuantity,
    ForeignOrder,
    NoticeRefused,
    OnlyRehearsal,
    OrderExpired,
    OrderIdNotVersion7,
    OrderNotOpen,
    ShowNotOn,
)
from livehouse.domains.orders.events import OrderPaid, OrdersPlaced, OrdersReturned
from livehouse.domains.orders.model import Bought, Buy, Known, NewOrder, Order
from livehouse.domains.orders.ports import Notice, PaymentProvider
from livehouse.domains.orders.service import Orders, Payments, Till

__all__ = [
    "AddressMissing",
    "AmountDiffers",
    "BadQuantity",
    "Bought",
    "Buy",
    "ForeignOrder",
    "Known",
    "NewOrder",
    "Notice",
    "NoticeRefused",
    "OnlyRehearsal",
    "Order",
    "OrderExpired",
    "OrderIdNotVersion7",
    "OrderNotOpen",
    "OrderPaid",
    "Orders",
    "OrdersPlaced",
    "OrdersReturned",
    "PaymentProvider",
    "Payments",
    "Sandbox",
    "ShowNotOn",
    "Till",
]
