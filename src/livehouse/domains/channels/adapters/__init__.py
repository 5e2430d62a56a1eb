"""Ports made real: keys that only this installation can read."""
