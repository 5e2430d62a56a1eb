"""All that a crowd does together, as the house builds it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from livehouse.domains.chat import Chat
from livehouse.domains.crowd.service.applause import Applause
from livehouse.domains.crowd.service.attendance import Attendance
from livehouse.domains.crowd.service.drops import Drops
from livehouse.domains.crowd.service.questions import Questions
from livehouse.domains.crowd.service.quizzes import Quizzes
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.service.sharing import Sharing
from livehouse.domains.crowd.service.trades import Trades
from livehouse.domains.invites import Invites
from livehouse.domains.offers import Coupons
from livehouse.domains.shows import Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import Database

HoldsPersons: TypeAlias = Questions | Quizzes | Drops | Rewards | Attendance | Sharing


@dataclass(slots=True)
class Crowd:
    """Who may ask for what in a show is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    chat: Chat
    coupons: Coupons
    invites: Invites
    rewards: Rewards = field(init=False)
    trades: Trades = field(init=False)
    attendance: Attendance = field(init=False)
    sharing: Sharing = field(init=False)
    questions: Questions = field(init=False)
    quizzes: Quizzes = field(init=False)
    drops: Drops = field(init=False)
    applause: Applause = field(init=False)

    def __post_init__(self) -> None:
        self.rewards = Rewards(self.database, self.clock, self.coupons)
        self.trades = Trades(self.database, self.clock, self.ids, self.coupons)
        self.attendance = Attendance(self.database, self.shows)
        self.sharing = Sharing(
            self.database, self.clock, self.ids, self.shows, self.invites, self.rewards
        )
        self.attendance.wanted.append(self.sharing.wants)
        self.attendance.heard.append(self.sharing.watched)
        self.questions = Questions(self.database, self.shows, self.chat)
        games = (self.database, self.clock, self.ids, self.shows, self.rewards)
        self.quizzes = Quizzes(*games)
        self.drops = Drops(*games)
        self.applause = Applause(self.database, self.clock, self.shows)

    @property
    def contributors(self) -> tuple[HoldsPersons, ...]:
        """Those who hold something of a person, for exports and for erasing."""
        return (
            self.questions,
            self.quizzes,
            self.drops,
            self.rewards,
            self.attendance,
            self.sharing,
        )
