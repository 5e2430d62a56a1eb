"""A season, its themed lines, and the shows that take part."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NewType
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.campaigns.errors import NotInCampaign
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.foundation.money import CURRENCIES, MINOR_MAX
from livehouse.foundation.text import N_

CampaignId = NewType("CampaignId", UUID)
LineId = NewType("LineId", UUID)

WORDS_CHARACTERS_MAX = 120
SEASON_MAX = timedelta(days=92)
AHEAD_MAX = timedelta(days=731)
LINES_MAX = 20
THRESHOLDS_MAX = 5
HUES = 360


class Words(Struct, frozen=True):
    """What the operator wrote in each language of ours; one of them may be missing."""

    en: str = ""
    zh: str = ""

    def read(self, language: str) -> str:
        """In the reader's language, else in the one that there is."""
        first, other = (self.zh, self.en) if language.startswith("zh") else (self.en, self.zh)
        return first or other


class Line(Struct, frozen=True):
    """A theme of the season, such as a music festival or local specialties."""

    id: LineId
    name: Words
    hue: int


class Campaign(Struct, frozen=True, kw_only=True):
    """`thresholds` are sales in minor units per currency that a room is honoured for passing,
    rising. `version` counts the changes of the draft; without `published_at` nobody sees it."""

    id: CampaignId
    slug: str
    name: Words
    starts_at: datetime
    ends_at: datetime
    sale_at: datetime | None = None
    thresholds: Mapping[str, tuple[int, ...]] = {}
    version: int = 0
    published_at: datetime | None = None


class EntryState(Enum):
    """The platform invites or a store applies; the other side says yes or no."""

    INVITED = "invited"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Entry(Struct, frozen=True, kw_only=True):
    """A show in a campaign. While it is `withheld` its sales do not count."""

    campaign_id: CampaignId
    show_id: ShowId
    room_id: RoomId
    store_id: StoreId
    line_id: LineId
    starts_at: datetime
    state: EntryState
    withheld: bool = False
    run_id: RunId | None = None  # while it is on
    on_since: datetime | None = None
    viewers: int = 0
    viewers_max: int = 0

    @property
    def counts(self) -> bool:
        return self.state is EntryState.ACCEPTED and not self.withheld


def accept(entry: Entry, *, by_store: bool) -> Entry:
    """Take part: the operator accepts who applied, a store accepts where it was invited."""
    awaited = EntryState.INVITED if by_store else EntryState.APPLIED
    if entry.state is EntryState.ACCEPTED:
        return entry
    if entry.state is not awaited and not (not by_store and entry.state is EntryState.DECLINED):
        raise NotInCampaign
    return replace(entry, state=EntryState.ACCEPTED)


def decline(entry: Entry) -> Entry:
    """Either side may say no, also later."""
    return replace(entry, state=EntryState.DECLINED, withheld=False)


def withhold(entry: Entry, *, withheld: bool) -> Entry:
    """Leave a show's sales out while somebody looks into them, or let them count again."""
    if entry.state is not EntryState.ACCEPTED:
        raise NotInCampaign
    return replace(entry, withheld=withheld)


def moment_of_sale(campaign: Campaign, until: str) -> datetime:
    """The moment that a countdown runs to."""
    if until == "end":
        return campaign.ends_at
    if until == "sale" and campaign.sale_at is not None:
        return campaign.sale_at
    return campaign.starts_at


def checked_words(words: Words, *, field: str, characters_max: int = WORDS_CHARACTERS_MAX) -> Words:
    words = Words(words.en.strip(), words.zh.strip())
    if not words.en and not words.zh:
        raise InvalidInput(field=field, problem=N_("write it in one language at least"))
    if max(len(words.en), len(words.zh)) > characters_max:
        raise InvalidInput(field=field, problem=N_("this is too long"))
    return words


def checked_season(
    starts_at: datetime, ends_at: datetime, sale_at: datetime | None, now: datetime
) -> tuple[datetime, datetime, datetime | None]:
    if not timedelta() < ends_at - starts_at <= SEASON_MAX:
        raise InvalidInput(field="ends_at", problem=N_("a campaign lasts up to 92 days"))
    if abs(starts_at - now) > AHEAD_MAX:
        raise InvalidInput(field="starts_at", problem=N_("choose a time within two years"))
    if sale_at is not None and not starts_at <= sale_at <= ends_at:
        raise InvalidInput(field="sale_at", problem=N_("this is not within the campaign"))
    return (
        starts_at.astimezone(UTC), ends_at.astimezone(UTC),
        sale_at.astimezone(UTC) if sale_at else None,
    )  # fmt: skip


def checked_thresholds(given: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    found = {}
    for currency, amounts in given.items():
        rising = tuple(sorted(set(amounts)))
        sound = all(1 <= amount <= MINOR_MAX for amount in rising)
        if currency not in CURRENCIES or not sound or len(rising) > THRESHOLDS_MAX:
            raise InvalidInput(field="thresholds", problem=N_("write up to five amounts each"))
        if rising:
            found[currency] = rising
    return found
