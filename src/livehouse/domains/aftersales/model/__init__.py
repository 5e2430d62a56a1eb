"""The rules of what comes after an order. Pure: no clock, no database, no network."""
