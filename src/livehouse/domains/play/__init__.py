"""Games in a show: draws that anybody can check."""

from livehouse.domains.play.service import Claims, Draws, Steps

__all__ = ["Claims", "Draws", "Steps"]
