"""What people do with orders: buy, pay, cancel, look at them."""

from livehouse.domains.orders.service.desk import Orders
from livehouse.domains.orders.service.payments import Payments
from livehouse.domains.orders.service.refunds import Refunds, request_refund
from livehouse.domains.orders.service.till import Till

__all__ = ["Orders", "Payments", "Refunds", "Till", "request_refund"]
