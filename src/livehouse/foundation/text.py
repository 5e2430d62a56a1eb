"""Words for people: which languages we speak, and how a sentence is marked for translation."""

LANGUAGES = ("en", "zh-Hans")
DEFAULT_LANGUAGE = "en"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence for the catalogues; the edge translates it."""
    return message
