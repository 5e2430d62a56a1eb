"""Formats of shows: what each asks for before it can go live, and what of it is missing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from livehouse.domains.programmes.model.casting import Part, known_as, names_in, unfilled
from livehouse.domains.programmes.model.sheets import NEEDS_TARGET, Sheet
from livehouse.domains.shows import CAMERA, TEST_STAGE, Show
from livehouse.foundation.ids import PersonId, ShowId
from livehouse.foundation.text import N_

# A camera that was seen so lately is believed to come again as it was.
CAMERA_SEEN_FOR = timedelta(hours=24)
WHY_CHARACTERS_MAX = 500


class Requirement(Enum):
    """What may be missing; `WITHOUT` is somebody too many, `FORMAT` a list that is gone."""

    FORMAT = "format"
    ACTS = "acts"
    PEOPLE = "people"
    PART = "part"
    WITHOUT = "without"
    TOGETHER = "together"
    OFFERS = "offers"
    REHEARSAL = "rehearsal"
    PLACE = "place"
    ORIGIN = "origin"
    CAMERA = "camera"
    RIGHTS = "rights"
    DISCLOSURES = "disclosures"
    TECHNICAL = "technical"


WORDS: Mapping[Requirement, str] = {
    Requirement.FORMAT: N_("A format: the one that was chosen is no longer there."),
    Requirement.ACTS: N_("More acts in the run-sheet."),
    Requirement.PEOPLE: N_("More people on stage, by name."),
    Requirement.WITHOUT: N_("Nobody in a part that belongs to another format."),
    Requirement.TOGETHER: N_("An act that has them on stage together."),
    Requirement.OFFERS: N_("An offer that an act names."),
    Requirement.REHEARSAL: N_("A rehearsal from start to end."),
    Requirement.PLACE: N_("The place of the shop or the district, and its city."),
    Requirement.ORIGIN: N_("Where the goods are made."),
    Requirement.CAMERA: N_("A camera that was seen, with a keyframe often enough."),
    Requirement.RIGHTS: N_("The rights to music and pictures are cleared."),
    Requirement.DISCLOSURES: N_("It is said who advertises and who is paid."),
    Requirement.TECHNICAL: N_("Camera, sound and connection are tested."),
}
PART_WORDS: Mapping[Part, str] = {
    Part.HOST: N_("A host on stage, by name."),
    Part.PRESIDENT: N_("The president on stage, by name."),
    Part.PLATFORM: N_("Somebody of the platform on stage, by name."),
    Part.EXPERT: N_("An expert on stage, by name."),
    Part.ARTIST: N_("An artist on stage, by name."),
    Part.CREATOR: N_("A creator on stage, by name."),
    Part.MAKER: N_("Somebody who makes the goods on stage, by name."),
    Part.SHOPKEEPER: N_("Somebody of the shop on stage, by name."),
    Part.GUEST: N_("A guest on stage, by name."),
}
CONFIRMED = (Requirement.RIGHTS, Requirement.DISCLOSURES, Requirement.TECHNICAL)
# Where in the studio and the console each is mended; everything else on the format's own page.
MENDED_IN: Mapping[Requirement, str] = dict.fromkeys(
    (
        Requirement.ACTS, Requirement.PEOPLE, Requirement.PART, Requirement.WITHOUT,
        Requirement.TOGETHER, Requirement.OFFERS,
    ),
    "run-sheet",
) | {Requirement.REHEARSAL: "studio"}  # fmt: skip
NAMES: Mapping[str, str] = {
    "variety": N_("Variety"),
    "president": N_("President, alone"),
    "president_partner": N_("President, with somebody of the platform"),
    "president_expert": N_("President, with an expert"),
    "creator": N_("Creator or agency"),
    "store": N_("Shop or business district"),
    "belt": N_("Industrial belt"),
}


class Format(Struct, frozen=True, forbid_unknown_fields=True):
    """A requirement list: so many of each, and what the host must have confirmed.

    `parts` says how many are on stage as what, none of them counted twice; `together` are those
    who share an act, `without` who is in none. `key_seconds` is the longest time between two
    keyframes of its camera, 0 for a show that needs none. `title` names an operator's own format.
    """

    title: str = ""
    acts: int = 0
    people: int = 0
    parts: dict[Part, int] = {}
    together: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()
    offers: int = 0
    rehearsal: bool = False
    place: bool = False
    origin: bool = False
    key_seconds: float = 0
    confirm: tuple[Requirement, ...] = ()


class Chosen(Struct, frozen=True):
    """What a show says of itself, and what became of it.

    An operator signs a run-sheet as it is: `signed_sheet` is its version. A host asks for that in
    words; `answer` is the operator's. The camera is the last one that was looked at.
    """

    format: str
    confirmed: tuple[Requirement, ...] = ()
    signed_by: PersonId | None = None
    signed_at: datetime | None = None
    signed_sheet: int | None = None
    asked_at: datetime | None = None
    asked_why: str = ""
    answer: str = ""
    camera_seen_at: datetime | None = None
    camera_key_seconds: float | None = None


class Asking(Struct, frozen=True):
    """A show whose host asks for its signature."""

    show_id: ShowId
    chosen: Chosen


class Gap(Struct, frozen=True):
    """Something that is missing: so many are there, so many are wanted. `part` says who."""

    requirement: Requirement
    found: int = 0
    wanted: int = 1
    part: Part | None = None

    @property
    def words(self) -> str:
        return PART_WORDS[self.part] if self.part else WORDS[self.requirement]

    @property
    def mended_in(self) -> str:
        return MENDED_IN.get(self.requirement, "format")


class Prepared(Struct, frozen=True):
    """What a show says of itself, what its format still asks for, and whether an operator has
    signed it off as it is."""

    chosen: Chosen | None
    gaps: Sequence[Gap]
    signed: bool = False


def is_signed(chosen: Chosen, sheet: Sheet) -> bool:
    """Whether an operator has signed the show off with this very run-sheet."""
    return chosen.signed_by is not None and chosen.signed_sheet == sheet.version


def is_steady(key_seconds: float | None, wanted: Format) -> bool:
    """Whether whoever comes in sees a picture soon: keyframes are seen, and often enough."""
    return key_seconds is not None and 0 < key_seconds <= wanted.key_seconds


def missing(
    wanted: Format, chosen: Chosen, show: Show, sheet: Sheet, *, rehearsed: bool, now: datetime
) -> list[Gap]:
    """What the format asks for and the show does not have, in the order of the list."""
    where = show.where
    facts = (
        (Requirement.REHEARSAL, rehearsed or not wanted.rehearsal),
        (Requirement.PLACE, bool(where.place and where.city) or not wanted.place),
        (Requirement.ORIGIN, bool(where.origin) or not wanted.origin),
        (Requirement.CAMERA, _has_picture(wanted, chosen, show, now)),
        *((one, one in chosen.confirmed) for one in wanted.confirm),
    )
    return [*_on_stage(wanted, sheet), *(Gap(one) for one, is_there in facts if not is_there)]


def _on_stage(wanted: Format, sheet: Sheet) -> Iterator[Gap]:
    """What the acts, their people and their offers lack."""
    cast = [one for act in sheet.acts for one in act.cast]
    people = {known_as(one.name) for one in cast}
    people |= {name for act in sheet.acts if not act.cast for name in names_in(act.people)}
    yield from _fewer(Requirement.ACTS, len(sheet.acts), wanted.acts)
    yield from _fewer(Requirement.PEOPLE, len(people), wanted.people)
    for part in unfilled(wanted.parts, cast):
        yield Gap(Requirement.PART, part=part)
    if {one.part for one in cast} & set(wanted.without):
        yield Gap(Requirement.WITHOUT, wanted=0)
    pairs = dict.fromkeys(wanted.together, 1)
    if pairs and all(unfilled(pairs, act.cast) for act in sheet.acts):
        yield Gap(Requirement.TOGETHER)
    yield from _fewer(Requirement.OFFERS, len(_named(sheet)), wanted.offers)


def _fewer(what: Requirement, found: int, wanted: int) -> Iterator[Gap]:
    if found < wanted:
        yield Gap(what, found, wanted)


def _has_picture(wanted: Format, chosen: Chosen, show: Show, now: datetime) -> bool:
    """A file or a server elsewhere is looked at where it is made; a camera must have been seen."""
    if not wanted.key_seconds or show.source not in {CAMERA, TEST_STAGE}:
        return True
    seen_at = chosen.camera_seen_at
    is_fresh = seen_at is not None and now - seen_at <= CAMERA_SEEN_FOR
    return is_fresh and is_steady(chosen.camera_key_seconds, wanted)


def _named(sheet: Sheet) -> set[str]:
    """The offers that acts and their cues name."""
    of_acts = {str(offer_id) for act in sheet.acts for offer_id in act.offers}
    of_cues = {
        cue.target for act in sheet.acts for cue in act.cues
        if cue.kind in NEEDS_TARGET and cue.target
    }  # fmt: skip
    return of_acts | of_cues
