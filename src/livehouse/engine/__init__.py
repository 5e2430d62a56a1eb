"""Frames, rooms, gateways and group commit: how a show's log is made and spread. Knows no shop."""
