"""Screens: a TV, and the phone that is its remote."""
