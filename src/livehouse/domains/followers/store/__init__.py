"""The statements of followers."""
