"""Ports made real: goods from the stores' catalogue."""
