"""Recordings of shows: what is kept, what is made of them, chapters and captions."""

from livehouse.domains.recordings.model import (
    CaptionLine,
    MadeFile,
    Piece,
    Recording,
    language_names,
)
from livehouse.domains.recordings.service import Recordings

__all__ = ["CaptionLine", "MadeFile", "Piece", "Recording", "Recordings", "language_names"]
