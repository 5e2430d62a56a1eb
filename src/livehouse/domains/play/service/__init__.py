"""What people do with games: one method, one transaction."""

from livehouse.domains.play.service.battles import Battles
from livehouse.domains.play.service.claims import Claims
from livehouse.domains.play.service.cues import CuedDraws, DrawCues
from livehouse.domains.play.service.draws import Draws
from livehouse.domains.play.service.steps import Steps

__all__ = ["Battles", "Claims", "CuedDraws", "DrawCues", "Draws", "Steps"]
