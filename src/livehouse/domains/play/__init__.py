"""Games in a show: draws that anybody can check, and battles that fans decide."""

from livehouse.domains.play.model.battles import BattlePlan
from livehouse.domains.play.service import (
    Battles,
    Claims,
    Contests,
    CuedDraws,
    DrawCues,
    Draws,
    Endings,
    Ground,
    PrizeLetters,
    Steps,
    VoteCues,
)

__all__ = [
    "BattlePlan",
    "Battles",
    "Claims",
    "Contests",
    "CuedDraws",
    "DrawCues",
    "Draws",
    "Endings",
    "Ground",
    "PrizeLetters",
    "Steps",
    "VoteCues",
]
