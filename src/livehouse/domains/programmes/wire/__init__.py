"""What programmes and formats say over HTTP."""

from livehouse.domains.programmes.wire.programmes import (
    AskedRoom,
    AskedRooms,
    CompanionRooms,
    CopyRunSheet,
    Delay,
    GiveCue,
    GoOn,
    LinkRoom,
    OtherRoom,
    ProgrammeInfo,
    RunSheet,
    SaveRunSheet,
    SkipAct,
    companion_room,
    programme_info,
    run_sheet,
)

__all__ = [
    "AskedRoom",
    "AskedRooms",
    "CompanionRooms",
    "CopyRunSheet",
    "Delay",
    "GiveCue",
    "GoOn",
    "LinkRoom",
    "OtherRoom",
    "ProgrammeInfo",
    "RunSheet",
    "SaveRunSheet",
    "SkipAct",
    "companion_room",
    "programme_info",
    "run_sheet",
]
