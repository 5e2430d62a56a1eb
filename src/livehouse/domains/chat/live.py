"""Chat in a room: a line is stored, then shown; a deleted one is taken back."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from livehouse.domains.chat.events import LinesTakenBack, PaceSet
from livehouse.domains.chat.model import ChatLine, cleaned
from livehouse.domains.chat.service import Chat
from livehouse.domains.chat.wire import LineSaid, SayLine
from livehouse.engine.backplane import Line
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.engine.protocol import Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, InvalidInput, SignInRequired
from livehouse.foundation.ids import ChatLineId, PersonId, is_version_7
from livehouse.foundation.text import N_

STAFF = frozenset({"host", "moderator"})


Hears: TypeAlias = Callable[[Session, ChatLine], None]


def saying(chat: Chat, clock: Clock, *hears: Hears) -> Handler:
    """What a session's `chat.say` does: clean, store in a group, show, acknowledge.

    Others on this node may hear a line, too, once it is stored.
    """

    def say(session: Session, command: Command) -> None:
        assert isinstance(command, SayLine), "registered for it"
        visitor = session.visitor
        line = _line(session, command, clock)

        def shown(was_shown: bool) -> None:  # noqa: FBT001 - the engine's signature
            session.push(LineSaid(command.id, was_shown))

        def stored(outcome: bool | DomainError) -> None:  # noqa: FBT001 - as above
            if isinstance(outcome, DomainError):
                session.refuse(str(command.id), outcome)
            elif outcome:
                said = (f"c{line.id}", visitor.id, visitor.name, line.text, visitor.role)
                session.say(Line(f"c{line.id}", visitor.id, said, line.of_staff), shown)
                for hear in hears:
                    hear(session, line)
            else:
                session.push(LineSaid(command.id, shown=False))  # it was taken back

        chat.group.submit(line, stored)

    return say


def _line(session: Session, command: SayLine, clock: Clock) -> ChatLine:
    visitor = session.visitor
    if not visitor.signed_in:
        raise SignInRequired
    if not is_version_7(command.id):
        raise InvalidInput(field="id", problem=N_("it must be a UUID of version 7"))
    return ChatLine(
        ChatLineId(command.id),
        session.run,
        PersonId(UUID(visitor.id[1:])),
        cleaned(command.text),
        clock.now(),
        of_staff=visitor.role in STAFF,
    )


def _taken_back(state: State, fact: LinesTakenBack, at_ms: int) -> Change:
    return Change(retract=tuple(f"c{line_id}" for line_id in fact.line_ids))


def _paced(state: State, fact: PaceSet, at_ms: int) -> Change:
    return Change({"chat": {"slow_seconds": fact.slow_seconds}})


FOLDS = (Fold(LinesTakenBack, _taken_back), Fold(PaceSet, _paced))
