"""The built front end: from an entry's name to the tags that load it."""

from pathlib import Path
from typing import Annotated

import msgspec
from markupsafe import Markup
from msgspec import Meta, Struct

STATIC_FOLDER = Path(__file__).parent / "static"
BUILD_URL = "/static/build/"
# Names in this folder carry a hash of their content.
HASHED_URL = f"{BUILD_URL}assets/"


class Chunk(Struct, frozen=True):
    """One file of the build, as Vite's manifest tells it."""

    file: Annotated[str, Meta(min_length=1)]
    css: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


class Assets:
    """Knows the build; without one (in tests) every entry is empty."""

    def __init__(self, chunks: dict[str, Chunk]) -> None:
        self._chunks = chunks

    @classmethod
    def read(cls, folder: Path = STATIC_FOLDER) -> "Assets":
        manifest = folder / "build" / "manifest.json"
        if not manifest.exists():
            return cls({})
        return cls(msgspec.json.decode(manifest.read_bytes(), type=dict[str, Chunk]))

    def tags(self, entry: str) -> Markup:
        """What loads `entry`: its styles, its script, and early hints for what that imports."""
        source = f"src/entries/{entry}.ts"
        chunk = self._chunks.get(source)
        if chunk is None:
            assert not self._chunks, f"the front end's build has no entry {entry!r}"
            return Markup()
        imported = self._imported(source)
        styles = dict.fromkeys(css for one in (*imported, chunk) for css in one.css)
        tags = [_STYLE.format(BUILD_URL + css) for css in styles]
        tags += [_PRELOAD.format(BUILD_URL + one.file) for one in imported]
        tags.append(_SCRIPT.format(BUILD_URL + chunk.file))
        return Markup("\n").join(tags)

    def _imported(self, source: str) -> list[Chunk]:
        """All that a chunk imports, also through others, each once."""
        seen: dict[str, Chunk] = {}
        waiting = list(self._chunks[source].imports)
        while waiting:
            name = waiting.pop(0)
            if name not in seen:
                seen[name] = self._chunks[name]
                waiting.extend(seen[name].imports)
        return list(seen.values())


_STYLE = Markup('<link rel="stylesheet" href="{}">')
_PRELOAD = Markup('<link rel="modulepreload" href="{}">')
_SCRIPT = Markup('<script type="module" src="{}"></script>')
