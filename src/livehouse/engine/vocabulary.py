"""Which commands clients may send, and who handles each."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, Union, cast

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder

from livehouse.engine.errors import InvalidMessage, MalformedMessage, UnknownCommand
from livehouse.engine.protocol import Clap, Command, Join, Like, Ping
from livehouse.engine.session import Session

C = TypeVar("C", bound=Command)

# Handlers do not wait; what must wait goes into a group (`GroupCommit.submit`) and answers later.
Handler: TypeAlias = Callable[[Session, Command], None]

OUR_OWN = (Join, Like, Clap, Ping)


class _Tagged(Struct):
    type: str = ""


class _Asked(Struct):
    id: str = ""


_read_tag = Decoder(_Tagged).decode
_read_id = Decoder(_Asked).decode


class Vocabulary:
    """`Vocabulary({BuyOffer: till.buy, SayLine: chat.say})`: one decoder over all of them."""

    def __init__(self, handlers: Mapping[type[Command], Handler]) -> None:
        commands: tuple[type[Command], ...] = (*OUR_OWN, *handlers)
        self._handlers = dict(handlers)
        self._tags = {command.__struct_config__.tag for command in commands}
        assert len(self._tags) == len(commands), "two commands share a tag"
        # A union over what is only known at run time has no static type.
        union = cast(Any, Union[commands])  # noqa: UP007
        self._decode: Callable[[bytes | memoryview], Command] = Decoder(union).decode

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """All of them, for the reference of the protocol."""
        return (*OUR_OWN, *self._handlers)

    def read(self, payload: bytes | memoryview) -> Command:
        """The command, or a refusal that says what is wrong with it."""
        try:
            return self._decode(payload)
        except ValidationError as error:
            raise self._refusal(payload, str(error)) from None
        except (DecodeError, UnicodeDecodeError):
            raise MalformedMessage from None

    def handler(self, command: Command) -> Handler:
        return self._handlers[type(command)]

    def _refusal(
        self, payload: bytes | memoryview, problem: str
    ) -> InvalidMessage | UnknownCommand:
        try:
            tag = _read_tag(payload).type
        except (DecodeError, UnicodeDecodeError):
            return InvalidMessage(problem=problem)
        return InvalidMessage(problem=problem) if tag in self._tags else UnknownCommand()


def request_id(payload: bytes | memoryview) -> str:
    """The id that the client gave its request, where one can be read: refusals carry it back."""
    try:
        return _read_id(payload).id[:64]
    except (DecodeError, UnicodeDecodeError):
        return ""
