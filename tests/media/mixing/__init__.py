"""The stage: layout, mixing, coming and going."""
