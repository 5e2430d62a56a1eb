"""What a room's crowd does together: it asks, answers quizzes, claps, grabs red packets."""

from livehouse.domains.crowd.model.rewards import Earned, Reward, Source
from livehouse.domains.crowd.service import Crowd, Rewards

__all__ = ["Crowd", "Earned", "Reward", "Rewards", "Source"]
