"""Picture and sound: sources, packager, recorder, and the process that serves them."""
