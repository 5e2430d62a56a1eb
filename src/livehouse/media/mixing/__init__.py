"""A host and guests in one picture: layout, sound, and the source that mixes only when it must."""
