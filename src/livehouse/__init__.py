"""A self-hosted platform for quality live commerce."""
