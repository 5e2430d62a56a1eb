"""Every SQL statement about the books; booking happens inside the transactions of others."""

from livehouse.domains.ledger.store.bookings import balances, book, book_many, booked, set_due

__all__ = ["balances", "book", "book_many", "booked", "set_due"]
