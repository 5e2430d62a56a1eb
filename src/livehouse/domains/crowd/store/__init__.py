"""Every SQL statement about what a crowd does together."""
