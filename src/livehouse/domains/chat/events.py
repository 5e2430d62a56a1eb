"""What has happened in a chat."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import ChatLineId


class PaceSet(Fact, frozen=True, tag="chat.pace_set"):
    """Everybody but the staff waits so long between two lines; 0: as fast as one likes."""

    slow_seconds: int


class LinesTakenBack(Fact, frozen=True, tag="chat.lines_taken_back"):
    """The staff deleted lines, one by one or all of somebody's."""

    line_ids: tuple[ChatLineId, ...]
