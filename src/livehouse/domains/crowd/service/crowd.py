"""All that a crowd does together, as the house builds it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from livehouse.domains.chat import Chat
from livehouse.domains.crowd.service.applause import Applause
from livehouse.domains.crowd.service.drops import Drops
from livehouse.domains.crowd.service.questions import Questions
from livehouse.domains.crowd.service.quizzes import Quizzes
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.service.trades import Trades
from livehouse.domains.offers import Coupons
from livehouse.domains.shows import Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import Database

HoldsPersons: TypeAlias = Questions | Quizzes | Drops | Rewards


@dataclass(slots=True)
class Crowd:
    """Who may ask for what in a show is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    chat: Chat
    coupons: Coupons
    rewards: Rewards = field(init=False)
    trades: Trades = field(init=False)
    questions: Questions = field(init=False)
    quizzes: Quizzes = field(init=False)
    drops: Drops = field(init=False)
    applause: Applause = field(init=False)

    def __post_init__(self) -> None:
        self.rewards = Rewards(self.database, self.clock, self.coupons)
        self.trades = Trades(self.database, self.clock, self.ids, self.coupons)
        self.questions = Questions(self.database, self.shows, self.chat)
        games = (self.database, self.clock, self.ids, self.shows, self.rewards)
        self.quizzes = Quizzes(*games)
        self.drops = Drops(*games)
        self.applause = Applause(self.database, self.clock, self.shows)

    @property
    def contributors(self) -> tuple[HoldsPersons, ...]:
        """Those who hold something of a person, for exports and for erasing."""
        return self.questions, self.quizzes, self.drops, self.rewards
