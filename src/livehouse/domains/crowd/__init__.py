"""What a room's crowd does together: it asks, answers quizzes, claps, grabs red packets."""

from livehouse.domains.crowd.model.rewards import POINTS_MAX, REWARDED_MAX, Earned, Reward, Source
from livehouse.domains.crowd.model.rewards import checked as checked_reward
from livehouse.domains.crowd.service import (
    Attendance,
    Crowd,
    CuedQuizzes,
    PacketCues,
    QuestionCues,
    QuizCues,
    Rewards,
)

__all__ = [
    "POINTS_MAX",
    "REWARDED_MAX",
    "Attendance",
    "Crowd",
    "CuedQuizzes",
    "Earned",
    "PacketCues",
    "QuestionCues",
    "QuizCues",
    "Reward",
    "Rewards",
    "Source",
    "checked_reward",
]
