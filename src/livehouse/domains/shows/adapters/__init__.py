"""Ports made real: roles in a run for those who ask for a ticket, files to play."""
