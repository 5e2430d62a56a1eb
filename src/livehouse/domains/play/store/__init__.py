"""Every SQL statement about games."""
