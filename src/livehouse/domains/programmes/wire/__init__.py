"""What programmes and formats say over HTTP."""

from livehouse.domains.programmes.wire.programmes import (
    CompanionRooms,
    CopyRunSheet,
    Delay,
    GiveCue,
    GoOn,
    ProgrammeInfo,
    RunSheet,
    SaveRunSheet,
    SkipAct,
    companion_room,
    programme_info,
    run_sheet,
)

__all__ = [
    "CompanionRooms",
    "CopyRunSheet",
    "Delay",
    "GiveCue",
    "GoOn",
    "ProgrammeInfo",
    "RunSheet",
    "SaveRunSheet",
    "SkipAct",
    "companion_room",
    "programme_info",
    "run_sheet",
]
