"""The same show in other forms: smaller pictures, and the sound alone."""
