"""What programmes say over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from livehouse.domains.programmes.model import (
    Act,
    Board,
    Companion,
    CompanionKind,
    CueKind,
    Prepared,
    Slot,
    SlotState,
    Within,
)
from livehouse.domains.programmes.model.progress import DELAY_SECONDS_MAX
from livehouse.domains.programmes.model.sheets import ACTS_MAX
from livehouse.domains.shows import Hosts, RunKind, ShowInfo, show_info, state_name
from livehouse.domains.stores import Store
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import ActId, CueId, PreparedId

STEPS_MAX = 1_000_000


class ProgrammeItem(Struct, frozen=True):
    """An act as everybody may know it; `state` is coming, on or played."""

    id: ActId
    title: str
    people: str
    state: str
    starts_at: Instant
    ends_at: Instant


class ProgrammeInfo(Struct, frozen=True):
    """What comes in a show and when: as planned, and once it runs as expected by now."""

    acts: list[ProgrammeItem]


class CompanionShow(ShowInfo, frozen=True, kw_only=True):
    """As `<lh-watch>` takes a show: the API's answer and words for the page."""

    store_name: str
    store_slug: str
    room_slug: str


class CompanionRoom(Struct, frozen=True):
    """`kind` is what the room is in its night: stage, deal, backstage or language."""

    kind: str
    show: CompanionShow


class CompanionRooms(Struct, frozen=True):
    """The other rooms of a night. `together` counts everybody in any of them once."""

    rooms: list[CompanionRoom]
    together: int


class LinkRoom(Struct, frozen=True, forbid_unknown_fields=True):
    """Puts the show at `slug` beside this one, as deal, backstage or language."""

    slug: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: CompanionKind


class OtherRoom(Struct, frozen=True, forbid_unknown_fields=True):
    slug: Annotated[str, Meta(min_length=1, max_length=64)]


class AskedRoom(Struct, frozen=True):
    """`stage` asks `show`, of another store, to stand beside it; nobody has answered yet."""

    stage: str
    show: str
    kind: str


class AskedRooms(Struct, frozen=True):
    rooms: list[AskedRoom]


class CueThing(Struct, frozen=True):
    """What a cue can name; `state` is ready, open or over: what is over begins no more."""

    id: str
    title: str
    state: str


class CueRoom(Struct, frozen=True):
    """A show within a sheet's reach. `relation` is own, stage, deal, backstage, language, or asked
    for another store's that has not answered; `state` is scheduled, rehearsing, live, ended or
    cancelled; `things` are by the kinds of cues that name them."""

    slug: str
    title: str
    relation: str
    state: str
    things: dict[str, list[CueThing]]


class CueRooms(Struct, frozen=True):
    rooms: list[CueRoom]


class PreparedInfo(Struct, frozen=True):
    """What is kept ready for a cue of `kind`: vote, packets or drop. `id` is what the cue names."""

    id: PreparedId
    kind: CueKind
    title: str
    held: bool


class PreparedList(Struct, frozen=True):
    prepared: list[PreparedInfo]


class SlotInfo(Struct, frozen=True):
    """When an act was planned, and when it was or is expected; `state` may also be skipped."""

    act_id: ActId
    state: str
    planned_at: Instant
    starts_at: Instant
    ends_at: Instant


class CueInfo(Struct, frozen=True):
    """How a cue stands in the run: waiting, given, dropped or refused with `code`."""

    cue_id: CueId
    state: str
    due_at: Instant | None
    given_at: Instant | None
    code: str


class RunSheet(Struct, frozen=True):
    """The run-sheet for the staff. `steps` is how many the run has taken: who goes on says so."""

    version: int
    steps: int
    delay_seconds: int
    is_on: bool
    starts_at: Instant
    now: Instant
    acts: tuple[Act, ...]
    slots: list[SlotInfo]
    cues: list[CueInfo]


class SaveRunSheet(Struct, frozen=True, forbid_unknown_fields=True):
    """The acts that take the place of those of `version`."""

    version: Annotated[int, Meta(ge=0, le=STEPS_MAX)]
    acts: Annotated[tuple[Act, ...], Meta(max_length=ACTS_MAX)]


class CopyRunSheet(Struct, frozen=True, forbid_unknown_fields=True):
    """Adds the acts of another show of the same store behind those of `version`."""

    version: Annotated[int, Meta(ge=0, le=STEPS_MAX)]
    source: Annotated[str, Meta(max_length=64)]


class GoOn(Struct, frozen=True, forbid_unknown_fields=True):
    """`after` is the number of steps that the asker has seen."""

    after: Annotated[int, Meta(ge=0, le=STEPS_MAX)]


class Delay(Struct, frozen=True, forbid_unknown_fields=True):
    after: Annotated[int, Meta(ge=0, le=STEPS_MAX)]
    seconds: Annotated[int, Meta(ge=-DELAY_SECONDS_MAX, le=DELAY_SECONDS_MAX)]


class SkipAct(Struct, frozen=True, forbid_unknown_fields=True):
    after: Annotated[int, Meta(ge=0, le=STEPS_MAX)]
    act_id: ActId


class GiveCue(Struct, frozen=True, forbid_unknown_fields=True):
    cue_id: CueId


def companion_room(found: Companion, store: Store, hosts: Hosts, *, staff: bool) -> CompanionRoom:
    info = show_info(found.show, hosts, staff=staff)
    show = CompanionShow(
        **asdict(info),
        store_name=store.name,
        store_slug=store.slug,
        room_slug=found.show.room.slug,
    )
    return CompanionRoom(found.kind.value, show)


def programme_info(board: Board) -> ProgrammeInfo:
    return ProgrammeInfo(
        [
            ProgrammeItem(
                slot.act.id,
                slot.act.title,
                slot.act.people,
                slot.state.value,
                slot.starts_at,
                slot.ends_at,
            )
            for slot in board.slots
            if slot.state is not SlotState.SKIPPED
        ]
    )


def run_sheet(board: Board, now: Instant) -> RunSheet:
    run = board.show.run
    return RunSheet(
        version=board.sheet.version,
        steps=board.progress.steps,
        delay_seconds=board.progress.delay_seconds,
        is_on=run is not None and run.on,
        starts_at=board.show.starts_at,
        now=now,
        acts=board.sheet.acts,
        slots=[_slot(slot) for slot in board.slots],
        cues=[
            CueInfo(one.cue_id, one.state, one.due_at, one.given_at, one.code)
            for one in board.given
        ],
    )


def cue_room(found: Within) -> CueRoom:
    show = found.show
    is_rehearsed = show.run is not None and show.run.on and show.run.kind is RunKind.REHEARSAL
    things = {
        kind.value: [CueThing(one.id, one.title, one.state.value) for one in named]
        for kind, named in found.things.items()
    }
    state = "rehearsing" if is_rehearsed else state_name(show.state)
    return CueRoom(show.slug, show.title, found.relation, state, things)


def prepared_info(one: Prepared) -> PreparedInfo:
    return PreparedInfo(one.id, one.kind, one.title, one.held_at is not None)


def _slot(slot: Slot) -> SlotInfo:
    return SlotInfo(slot.act.id, slot.state.value, slot.planned_at, slot.starts_at, slot.ends_at)
