"""Words every other package shares: clock, ids, money, refusals, text."""
