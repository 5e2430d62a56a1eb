"""Films as files on this machine, and as what shows may play."""
