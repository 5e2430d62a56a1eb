"""What people do with games: one method, one transaction."""

from livehouse.domains.play.service.battles import Battles
from livehouse.domains.play.service.claims import Claims
from livehouse.domains.play.service.contests import Contests
from livehouse.domains.play.service.cues import CuedDraws, DrawCues, VoteCues
from livehouse.domains.play.service.draws import Draws
from livehouse.domains.play.service.endings import Endings
from livehouse.domains.play.service.entering import Ground
from livehouse.domains.play.service.letters import PrizeLetters
from livehouse.domains.play.service.steps import Steps

__all__ = [
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
