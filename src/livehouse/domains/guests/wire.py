"""What the studio and guests' pages say and hear over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.guests.model import LEVEL_MAX, Guest, Layout, Setting
from livehouse.foundation.ids import RunId

SAID_CHARACTERS_MAX = 200


class GuestInfo(Struct, frozen=True):
    """A guest as the studio shows it. `here`: the page is open; `sending`: its camera arrives."""

    id: UUID
    name: str
    path: str
    here: bool
    sending: bool
    on_stage: bool
    silenced: bool
    muted: bool
    level: int


class StageInfo(Struct, frozen=True):
    """`main` is the guest who is largest, null for the host; `names`: whether those of the guests
    stand in their pictures."""

    layout: Layout
    main: UUID | None
    names: bool
    guests: list[GuestInfo]


class ArrangeStage(Struct, frozen=True, forbid_unknown_fields=True):
    layout: Layout
    main: UUID | None = None
    names: bool = False


class GuestSays(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guest's page says of itself every other second."""

    name: Annotated[str, Meta(max_length=SAID_CHARACTERS_MAX)] = ""
    muted: bool = False
    sending: bool = False
    level: Annotated[int, Meta(ge=0, le=LEVEL_MAX)] = 0


class GuestHears(Struct, frozen=True):
    """`run` is there while the show is on: then the stage can be watched under it."""

    on_stage: bool
    silenced: bool
    run: RunId | None


def stage_info(setting: Setting, guests: list[Guest], paths: list[str], now: datetime) -> StageInfo:
    return StageInfo(
        layout=setting.layout,
        main=setting.main,
        names=setting.names,
        guests=[
            GuestInfo(
                id=one.id,
                name=one.name,
                path=path,
                here=one.is_here(now),
                sending=one.sending and one.is_here(now),
                on_stage=one.on_stage,
                silenced=one.silenced,
                muted=one.muted,
                level=one.level if one.is_here(now) else 0,
            )
            for one, path in zip(guests, paths, strict=True)
        ],
    )
