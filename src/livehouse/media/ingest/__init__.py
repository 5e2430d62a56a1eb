"""Where cameras arrive: receivers publish into inputs, and runs, guests and others listen."""
