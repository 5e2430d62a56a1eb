"""What a crowd does together: one method, one transaction."""

from livehouse.domains.crowd.service.applause import Applause
from livehouse.domains.crowd.service.attendance import Attendance
from livehouse.domains.crowd.service.crowd import Crowd
from livehouse.domains.crowd.service.cues import CuedQuizzes, PacketCues, QuestionCues, QuizCues
from livehouse.domains.crowd.service.drops import Drops
from livehouse.domains.crowd.service.questions import Questions
from livehouse.domains.crowd.service.quizzes import Quizzes
from livehouse.domains.crowd.service.rewards import Rewards

__all__ = [
    "Applause",
    "Attendance",
    "Crowd",
    "CuedQuizzes",
    "Drops",
    "PacketCues",
    "QuestionCues",
    "Questions",
    "QuizCues",
    "Quizzes",
    "Rewards",
]
