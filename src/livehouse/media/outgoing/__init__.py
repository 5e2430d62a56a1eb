"""A show on other platforms at the same time: pushed to each of them by a thread of its own."""
