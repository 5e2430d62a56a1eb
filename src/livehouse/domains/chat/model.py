"""The rules of chat. Pure: no clock, no database, no network."""

import unicodedata
from datetime import datetime

from msgspec import Struct

from livehouse.domains.chat.errors import LineEmpty, LineTooLong
from livehouse.foundation.ids import ChatLineId, PersonId, RunId

LINE_CHARACTERS_MAX = 200
SLOW_SECONDS_MAX = 600

# Categories that draw nothing, or bend what stands beside them: controls, formats (but for the
# joiners that scripts and emoji need), surrogates, private use, separators of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
# More marks than this on one letter are there to cover other people's lines.
_MARKS_MAX = 3


class ChatLine(Struct, frozen=True):
    id: ChatLineId
    run_id: RunId
    person_id: PersonId
    text: str
    at: datetime
    of_staff: bool = False  # slow mode is for the others

    def is_same(self, other: "ChatLine") -> bool:
        """Whether it is the other one, sent again."""
        return (self.run_id, self.person_id, self.text) == (
            other.run_id, other.person_id, other.text,
        )  # fmt: skip


def cleaned(text: str) -> str:
    """The line as it is stored and shown: one line, visible, within bounds; or a refusal."""
    if len(text) > LINE_CHARACTERS_MAX * 4:
        raise LineTooLong(characters=LINE_CHARACTERS_MAX)
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text):
        category = unicodedata.category(letter)
        if letter.isspace():
            kept.append(" ")
        elif category in _UNSEEN and letter not in _JOINERS:
            continue
        else:
            marks = marks + 1 if category == "Mn" else 0
            if marks <= _MARKS_MAX:
                kept.append(letter)
    line = " ".join("".join(kept).split())
    if not line.strip("\u200c\u200d"):
        raise LineEmpty
    if len(line) > LINE_CHARACTERS_MAX:
        raise LineTooLong(characters=LINE_CHARACTERS_MAX)
    return line
