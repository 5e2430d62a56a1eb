"""The contact sheet: all screenshots side by side, a row for each scene."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title>
<style>
body { margin: 1rem; font: 14px system-ui; background: #222; color: #eee }
section { margin-block: 2rem }
div { display: flex; gap: 8px; overflow-x: auto; align-items: start }
img { height: 360px; width: auto; max-width: none; object-fit: cover; object-position: top }
a { color: inherit; font-size: 11px; text-decoration: none }
</style>
<h1>Screenshots</h1>
"""


def contact_sheet(folder: Path, pictures: Sequence[Path]) -> str:
    """The page's HTML; addresses of pictures are relative to `folder`."""
    rows: dict[str, list[Path]] = {}
    for picture in sorted(pictures):
        rows.setdefault(picture.stem.rsplit("-", 2)[0], []).append(picture)
    parts = [HEAD]
    for scene, row in sorted(rows.items()):
        tiles = "".join(_tile(picture.relative_to(folder)) for picture in row)
        parts.append(
            f'<section id="{escape(scene)}"><h2>{escape(scene)}</h2><div>{tiles}</div></section>'
        )
    return "\n".join(parts)


def _tile(path: Path) -> str:
    address = escape(path.as_posix())
    return f'<a href="{address}"><img loading="lazy" src="{address}" alt=""><br>{address}</a>'
