"""The installation's folder of videos that a show may loop instead of a camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts", ".flv", ".avi"})
LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class VideoFolder:
    """Files by name only: a merchant can never reach another file of the machine."""

    folder: Path

    def names(self) -> Sequence[str]:
        if not self.folder.is_dir():
            return []
        found = (
            file.name
            for file in self.folder.iterdir()
            if file.suffix.lower() in SUFFIXES and file.is_file()
        )
        return sorted(found)[:LISTED_MAX]

    def path(self, name: str) -> str:
        if name not in self.names():
            raise InvalidInput(field="source", problem=N_("choose one of the videos offered"))
        return str(self.folder / name)
