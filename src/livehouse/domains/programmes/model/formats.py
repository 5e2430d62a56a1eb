"""Formats of shows: what each asks for before it can go live, and what of it is missing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum

from msgspec import Struct

from livehouse.domains.programmes.model.sheets import NEEDS_TARGET, Sheet
from livehouse.domains.shows import Where
from livehouse.foundation.ids import PersonId
from livehouse.foundation.text import N_


class Requirement(Enum):
    """What may be missing; the words are what people read."""

    ACTS = "acts"
    PEOPLE = "people"
    OFFERS = "offers"
    REHEARSAL = "rehearsal"
    PLACE = "place"
    ORIGIN = "origin"
    RIGHTS = "rights"
    DISCLOSURES = "disclosures"
    TECHNICAL = "technical"


WORDS: Mapping[Requirement, str] = {
    Requirement.ACTS: N_("More acts in the run-sheet."),
    Requirement.PEOPLE: N_("More acts that say who is on stage."),
    Requirement.OFFERS: N_("An offer that an act names."),
    Requirement.REHEARSAL: N_("A rehearsal from start to end."),
    Requirement.PLACE: N_("The place of the shop or the district, and its city."),
    Requirement.ORIGIN: N_("Where the goods are made."),
    Requirement.RIGHTS: N_("The rights to music and pictures are cleared."),
    Requirement.DISCLOSURES: N_("It is said who advertises and who is paid."),
    Requirement.TECHNICAL: N_("Camera, sound and connection are tested."),
}
CONFIRMED = (Requirement.RIGHTS, Requirement.DISCLOSURES, Requirement.TECHNICAL)
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
    """A requirement list: so many of each, and what the host must have confirmed."""

    acts: int = 0
    people: int = 0
    offers: int = 0
    rehearsal: bool = False
    place: bool = False
    origin: bool = False
    confirm: tuple[Requirement, ...] = ()


class Chosen(Struct, frozen=True):
    """What a show says of itself. Signed off by an operator it may go live as it is."""

    format: str
    confirmed: tuple[Requirement, ...] = ()
    signed_by: PersonId | None = None
    signed_at: datetime | None = None


def missing(
    wanted: Format, chosen: Chosen, where: Where, sheet: Sheet, *, rehearsed: bool
) -> list[Requirement]:
    """What the format asks for and the show does not have, in the order of the list."""
    looked = _looked(wanted, chosen, where, sheet, rehearsed)
    return [one for one, is_there in looked if not is_there]


def _looked(
    wanted: Format,
    chosen: Chosen,
    where: Where,
    sheet: Sheet,
    rehearsed: bool,  # noqa: FBT001 - internal
) -> Iterator[tuple[Requirement, bool]]:
    yield Requirement.ACTS, len(sheet.acts) >= wanted.acts
    yield Requirement.PEOPLE, sum(bool(act.people) for act in sheet.acts) >= wanted.people
    yield Requirement.OFFERS, len(_named(sheet)) >= wanted.offers
    yield Requirement.REHEARSAL, rehearsed or not wanted.rehearsal
    yield Requirement.PLACE, bool(where.place and where.city) or not wanted.place
    yield Requirement.ORIGIN, bool(where.origin) or not wanted.origin
    for one in wanted.confirm:
        yield one, one in chosen.confirmed


def _named(sheet: Sheet) -> set[str]:
    """The offers that acts and their cues name."""
    of_acts = {str(offer_id) for act in sheet.acts for offer_id in act.offers}
    of_cues = {
        cue.target for act in sheet.acts for cue in act.cues
        if cue.kind in NEEDS_TARGET and cue.target
    }  # fmt: skip
    return of_acts | of_cues
