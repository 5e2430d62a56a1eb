"""Games in a show: draws that anybody can check, and battles that fans decide."""

from livehouse.domains.play.service import Battles, Claims, CuedDraws, DrawCues, Draws, Steps

__all__ = ["Battles", "Claims", "CuedDraws", "DrawCues", "Draws", "Steps"]
