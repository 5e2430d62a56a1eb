"""After the order: parcels, returns, refunds, complaints and ratings."""

from livehouse.domains.aftersales.service import AfterSales, BuyersWords, Desk, Letters

__all__ = ["AfterSales", "BuyersWords", "Desk", "Letters"]
