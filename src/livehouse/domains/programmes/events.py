"""What has happened on a stage. Facts are whole, so that folding one twice changes nothing."""

from msgspec import Struct

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import ActId, RunId, ShowId


class ProgrammeAct(Struct, frozen=True):
    """An act as viewers may know it, with the times that are expected by now, in ms."""

    id: ActId
    title: str
    people: str
    starts_at_ms: int
    ends_at_ms: int


class ProgrammeChanged(Fact, frozen=True, tag="programmes.changed"):
    """The programme in its order, without what was skipped."""

    acts: tuple[ProgrammeAct, ...]


class ActBegun(Fact, frozen=True, tag="programmes.act_begun"):
    """An act comes on stage, and the one before it has ended: a chapter of the recording."""

    run_id: RunId
    show_id: ShowId
    act_id: ActId
    title: str
    at_ms: int


class ProgrammeFinished(Fact, frozen=True, tag="programmes.finished"):
    """The last act has ended; the show may still be on."""

    run_id: RunId
    show_id: ShowId
    at_ms: int


class SlateShown(Fact, frozen=True, tag="programmes.slate_shown"):
    """Words that stand before the picture until the next act, or until empty ones come."""

    text: str


class JumpInvited(Fact, frozen=True, tag="programmes.jump_invited"):
    """Viewers are invited into another show's room; without a slug, back to this one."""

    slug: str
    text: str
