"""Payment providers made real."""
