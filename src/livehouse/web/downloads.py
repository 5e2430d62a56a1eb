"""Names of files that people keep (RFC 6266): what a person calls it, in any script. Pure."""

import unicodedata
from urllib.parse import quote

NAME_CHARACTERS_MAX = 150
# What some system takes for something else than a part of a name.
_NOT_IN_NAMES = frozenset('/\\:*?"<>|%')
# What may stand as it is in an extended value (RFC 8187, attr-char).
_PLAIN = "!#$&+-.^_`|~"


def attachment(name: str, ending: str) -> str:
    """The header `Content-Disposition` for a file to be kept; `ending` as in `.mp4`.

    Old clients read the first name, which is plain ASCII, all others the second.
    """
    full = _clean(name) or "video"
    plain = unicodedata.normalize("NFKD", full).encode("ascii", "ignore").decode()
    plain = _clean(plain) if any(one.isalnum() for one in plain) else "video"
    return (
        f'attachment; filename="{plain}{ending}"; '
        f"filename*=UTF-8''{quote(full + ending, safe=_PLAIN)}"
    )


def _clean(name: str) -> str:
    kept = "".join(
        " " if one in _NOT_IN_NAMES or unicodedata.category(one)[0] == "C" else one for one in name
    )
    return " ".join(kept.split())[:NAME_CHARACTERS_MAX].strip(" .")
