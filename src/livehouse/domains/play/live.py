"""Games in a room: joining with one tap or by a word, and what everybody sees of a draw."""

from functools import lru_cache
from uuid import UUID

from livehouse.domains.chat import ChatLine
from livehouse.domains.play.events import (
    BattleBegun,
    BattleChecked,
    BattleEnded,
    EntrantsCounted,
    RoundEnded,
    RoundListed,
    RoundOpened,
    RoundPromised,
    RoundRevealed,
    VotesCounted,
)
from livehouse.domains.play.model.battles import Counted, Vote
from livehouse.domains.play.model.joining import Joined, Joining, Result, nonce_of_line, says
from livehouse.domains.play.service.battles import Battles
from livehouse.domains.play.service.draws import Draws
from livehouse.domains.play.wire import CastVote, JoinDraw, VoteCounted, drawn, joined
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.engine.protocol import Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler
from livehouse.foundation.errors import Busy, DomainError, SignInRequired
from livehouse.foundation.ids import DrawId, PersonId, RoundId

STAFF = frozenset({"host", "moderator"})


def joining(draws: Draws) -> Handler:
    """What a session's `play.join` does; the result is pushed after the draw."""

    def join(session: Session, command: Command) -> None:
        assert isinstance(command, JoinDraw), "registered for it"
        if not session.visitor.signed_in:
            raise SignInRequired
        _join(draws, session, command.id, _wish(session, command.round_id, command.nonce))

    return join


@lru_cache(maxsize=50_000)
def _voter(visitor_id: str) -> PersonId:
    """Read once per fan rather than per vote."""
    return PersonId(UUID(visitor_id[1:]))


def voting(battles: Battles) -> Handler:
    """What a session's `play.vote` does; the answer comes when it is durable, for many at once."""

    def vote(session: Session, command: Command) -> None:
        assert isinstance(command, CastVote), "registered for it"
        visitor = session.visitor
        if not visitor.signed_in:
            raise SignInRequired

        def answer(decision: Counted | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(command.id, decision)
            else:
                session.push(
                    VoteCounted(
                        command.battle_id, command.contestant, decision.votes, decision.left
                    )
                )

        battles.vote(
            Vote(
                command.battle_id, _voter(visitor.id), command.contestant, command.given,
                session.address,
            ),
            answer,
        )  # fmt: skip

    return vote


class Listening:
    """Hears lines of chat, once they are stored: who says the word takes part."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws

    def __call__(self, session: Session, line: ChatLine) -> None:
        asked = self._draws.words.get(line.run_id)
        if asked is None or not says(line.text, asked[2]):
            return
        wish = _wish(session, asked[0], nonce_of_line(line.id), said=True)
        try:
            _join(self._draws, session, line.id, wish)
        except Busy as refusal:
            session.refuse(str(line.id), refusal)


def _wish(session: Session, round_id: RoundId, nonce: str, *, said: bool = False) -> Joining:
    visitor = session.visitor
    return Joining(
        round_id=round_id,
        person_id=PersonId(UUID(visitor.id[1:])),
        nonce=nonce,
        country=visitor.grant.get("country", ""),
        shown_as=visitor.grant.get("shown_as", ""),
        of_staff=visitor.role in STAFF,
        said=said,
        address=session.address,
    )


def _join(draws: Draws, session: Session, asked: UUID, wish: Joining) -> None:
    def tell(result: Result) -> None:
        session.push(drawn(result))

    def answer(decision: Joined | DomainError) -> None:
        if isinstance(decision, DomainError):
            session.refuse(str(asked), decision)
        else:
            session.push(joined(decision, asked))
            draws.await_result(decision.entry, tell)

    draws.group.submit(wish, answer)


def _promised(state: State, fact: RoundPromised, at_ms: int) -> Change:
    card: dict[str, object] = {
        "title": fact.title, "kind": fact.draw_kind, "stage": "promised",
        "round_id": str(fact.round_id), "number": fact.number, "rounds": fact.rounds,
        "task_friends": fact.task_friends, "task_minutes": fact.task_minutes,
        "task_follow": fact.task_follow,
        "keyword": fact.keyword, "goal": fact.goal, "seconds": fact.seconds,
        "currency": fact.currency, "terms_hash": fact.terms_hash, "commitment": fact.commitment,
        "prizes": {
            str(number): {"title": one.title, "kind": one.kind, "quantity": one.quantity,
                          "value_minor": one.value_minor}
            for number, one in enumerate(fact.prizes)
        },
        "opens_at": 0, "closes_at": 0, "entrants": 0, "root": "", "seed": "", "won": 0,
    }  # fmt: skip
    draws = state.get("draws")
    others = draws if isinstance(draws, dict) else {}
    # One draw at a time: what was before it leaves the room.
    gone: dict[str, object] = {name: None for name in others if name != str(fact.draw_id)}
    patch: dict[str, object] = {"draws": {**gone, str(fact.draw_id): card}}
    return Change(patch | ({"stage": {"draw": None}} if gone else {}))


def _opened(state: State, fact: RoundOpened, at_ms: int) -> Change:
    times = {"opens_at": fact.opens_at_ms, "closes_at": fact.closes_at_ms}
    return _card(fact.draw_id, {"stage": "open", **times})


def _counted(state: State, fact: EntrantsCounted, at_ms: int) -> Change:
    # Groups of several nodes may be told out of order, and none of a round that is gone counts.
    draws = state.get("draws")
    card = draws.get(str(fact.draw_id)) if isinstance(draws, dict) else None
    if not isinstance(card, dict) or card.get("round_id") != str(fact.round_id):
        return Change()
    before = card.get("entrants", 0)
    grown = max(fact.entrants, before if isinstance(before, int) else 0)
    return _card(fact.draw_id, {"entrants": grown})


def _listed(state: State, fact: RoundListed, at_ms: int) -> Change:
    found = {"stage": "listed", "entrants": fact.entrants, "root": fact.root}
    return _card(fact.draw_id, found)


def _revealed(state: State, fact: RoundRevealed, at_ms: int) -> Change:
    return _card(fact.draw_id, {"stage": "revealed", "seed": fact.seed})


def _ended(state: State, fact: RoundEnded, at_ms: int) -> Change:
    """The result is held up: it waits for the picture, as whatever stands on the stage."""
    result: dict[str, object] = {
        "id": str(fact.draw_id), "round_id": str(fact.round_id), "stage": fact.stage,
        "won": fact.won, "winners": "\n".join(fact.winners),
    }  # fmt: skip
    card = {str(fact.draw_id): {"stage": fact.stage, "won": fact.won}}
    return Change({"draws": card, "stage": {"draw": result}})


def _card(draw_id: DrawId, changes: dict[str, object]) -> Change:
    return Change({"draws": {str(draw_id): changes}})


def _begun(state: State, fact: BattleBegun, at_ms: int) -> Change:
    card: dict[str, object] = {
        "title": fact.title, "kind": fact.battle_kind, "state": "open",
        "friend_votes": fact.friend_votes, "fan_points": fact.fan_points,
        "coupon_fans": fact.coupon_fans, "contest": fact.contest, "free_votes": fact.free_votes,
        "closes_at": fact.closes_at_ms, "first": -1,
        "names": {str(number): name for number, name in enumerate(fact.contestants)},
        "sums": {str(number): 0 for number in range(len(fact.contestants))},
    }  # fmt: skip
    battles = state.get("battles")
    others = battles if isinstance(battles, dict) else {}
    # One battle at a time: what was before it leaves the room.
    gone: dict[str, object] = dict.fromkeys(others)
    return Change({"battles": {**gone, str(fact.battle_id): card}})


def _votes(state: State, fact: VotesCounted, at_ms: int) -> Change:
    # What several nodes counted may be told out of order; sums never fall.
    battles = state.get("battles")
    card = battles.get(str(fact.battle_id)) if isinstance(battles, dict) else None
    before = card.get("sums") if isinstance(card, dict) else None
    if not isinstance(before, dict):
        return Change()
    sums = {}
    for number, votes in enumerate(fact.sums):
        had = before.get(str(number), 0)
        sums[str(number)] = max(votes, had if isinstance(had, int) else 0)
    return Change({"battles": {str(fact.battle_id): {"sums": sums}}})


def _battle_ended(state: State, fact: BattleEnded, at_ms: int) -> Change:
    sums = {str(number): votes for number, votes in enumerate(fact.sums)}
    card = {"state": "ended", "sums": sums, "first": fact.first}
    return Change({"battles": {str(fact.battle_id): card}})


def _checked(state: State, fact: BattleChecked, at_ms: int) -> Change:
    return Change({"battles": {str(fact.battle_id): {"state": "checked"}}})


FOLDS = (
    Fold(BattleBegun, _begun),
    Fold(VotesCounted, _votes),
    Fold(BattleChecked, _checked),
    Fold(BattleEnded, _battle_ended),
    Fold(RoundPromised, _promised),
    Fold(RoundOpened, _opened),
    Fold(EntrantsCounted, _counted),
    Fold(RoundListed, _listed),
    Fold(RoundRevealed, _revealed),
    Fold(RoundEnded, _ended),
)
