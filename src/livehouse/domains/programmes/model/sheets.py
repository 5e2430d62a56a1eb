"""A run-sheet: the acts of a show in their order, each with its cues."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.programmes.errors import ActPlayed
from livehouse.domains.programmes.model.casting import Performer, checked_cast
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import ActId, CueId, OfferId
from livehouse.foundation.text import N_

ACTS_MAX = 100
CUES_PER_ACT_MAX = 20
OFFERS_PER_ACT_MAX = 30
TITLE_CHARACTERS_MAX = 120
PEOPLE_CHARACTERS_MAX = 200
SCRIPT_CHARACTERS_MAX = 5_000
WORDS_CHARACTERS_MAX = 200
ACT_SECONDS_MAX = 12 * 3_600


class CueKind(Enum):
    """What a cue does; `VOTE` begins a battle or a poll, and `INVITE` without a target calls
    viewers back to this show."""

    PIN = "pin"
    OPEN = "open"
    DRAW = "draw"
    VOTE = "vote"
    QUIZ = "quiz"
    PACKETS = "packets"
    DROP = "drop"
    QUESTIONS = "questions"
    INVITE = "invite"
    SLATE = "slate"
    NOTE = "note"


NEEDS_TARGET = frozenset(
    {
        CueKind.PIN, CueKind.OPEN, CueKind.DRAW, CueKind.VOTE, CueKind.QUIZ, CueKind.PACKETS,
        CueKind.DROP,
    }
)  # fmt: skip
# A slug, or the id of what it is about: nothing longer.
TARGET_CHARACTERS_MAX = 64


class Cue(Struct, frozen=True):
    """Given by itself `at_seconds` into its act, or by hand where that is None."""

    id: CueId
    kind: CueKind
    at_seconds: int | None = None
    target: str = ""
    text: str = ""


class Act(Struct, frozen=True):
    """`script` and cues are for the staff; viewers learn the title and who is in it.

    `people` is what viewers read; where a `cast` says who is what, it is the names of those.
    """

    id: ActId
    title: str
    seconds: int
    people: str = ""
    script: str = ""
    offers: tuple[OfferId, ...] = ()
    cues: tuple[Cue, ...] = ()
    cast: tuple[Performer, ...] = ()


class Sheet(Struct, frozen=True):
    """`version` grows with every change, so that nobody overwrites what they have not seen."""

    version: int = 0
    acts: tuple[Act, ...] = ()

    @property
    def seconds(self) -> int:
        return sum(act.seconds for act in self.acts)

    def cue(self, cue_id: CueId) -> tuple[Act, Cue] | None:
        return next(((act, cue) for act in self.acts for cue in act.cues if cue.id == cue_id), None)


def checked_acts(acts: Sequence[Act]) -> tuple[Act, ...]:
    """The acts in plain words, or what is wrong with them."""
    if len(acts) > ACTS_MAX:
        raise InvalidInput(field="acts", problem=N_("at most 100"))
    checked = tuple(_checked_act(act) for act in acts)
    _refuse_twins([act.id for act in checked])
    _refuse_twins([cue.id for act in checked for cue in act.cues])
    return checked


def check_begun(before: Sequence[Act], after: Sequence[Act], begun: ActId | None) -> None:
    """While a show is on its sheet changes behind the act that is on stage only."""
    if begun is None:
        return
    ids = [act.id for act in before]
    played = ids[: ids.index(begun) + 1]
    if [act.id for act in after[: len(played)]] != played:
        raise ActPlayed


def copied(acts: Iterable[Act], new_id: Callable[[], UUID]) -> tuple[Act, ...]:
    """The acts for another show: what they name of the earlier one's offers is to be chosen."""
    return tuple(
        replace(
            act,
            id=ActId(new_id()),
            offers=(),
            cues=tuple(
                replace(
                    cue,
                    id=CueId(new_id()),
                    target="" if cue.kind in NEEDS_TARGET else cue.target,
                )
                for cue in act.cues
            ),
        )
        for act in acts
    )


def _checked_act(act: Act) -> Act:
    if not 1 <= act.seconds <= ACT_SECONDS_MAX:
        raise InvalidInput(field="seconds", problem=N_("from a second to twelve hours"))
    if len(act.cues) > CUES_PER_ACT_MAX:
        raise InvalidInput(field="cues", problem=N_("at most 20 in an act"))
    if len(act.offers) > OFFERS_PER_ACT_MAX:
        raise InvalidInput(field="offers", problem=N_("at most 30 in an act"))
    cast = checked_cast(act.cast)
    people = ", ".join(one.name for one in cast)[:PEOPLE_CHARACTERS_MAX] or _line(act.people)
    title = _line(act.title)
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise InvalidInput(field="title", problem=N_("write 1 to 120 characters"))
    return replace(
        act,
        title=title,
        people=_short(people, "people", PEOPLE_CHARACTERS_MAX),
        cast=cast,
        script=_short(_plain(act.script).strip(), "script", SCRIPT_CHARACTERS_MAX),
        cues=tuple(_checked_cue(cue, act.seconds) for cue in act.cues),
    )


def _checked_cue(cue: Cue, act_seconds: int) -> Cue:
    if cue.at_seconds is not None and not 0 <= cue.at_seconds < act_seconds:
        raise InvalidInput(field="at_seconds", problem=N_("within the act"))
    return replace(
        cue,
        target=_short(_line(cue.target), "target", TARGET_CHARACTERS_MAX),
        text=_short(_line(cue.text), "text", WORDS_CHARACTERS_MAX),
    )


def _refuse_twins(ids: Sequence[UUID]) -> None:
    if len(set(ids)) != len(ids):
        raise InvalidInput(field="acts", problem=N_("each with an id of its own"))


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    """Without what PostgreSQL cannot keep."""
    return text.replace("\x00", "")


def _short(text: str, field: str, characters_max: int) -> str:
    if len(text) > characters_max:
        raise InvalidInput(field=field, problem=N_("that is too long"))
    return text
