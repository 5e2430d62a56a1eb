"""Every SQL statement about people."""
