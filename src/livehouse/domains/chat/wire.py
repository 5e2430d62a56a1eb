"""What the chat says over the live connection."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from livehouse.domains.chat.model import LINE_CHARACTERS_MAX
from livehouse.engine.protocol import Command, Push


class SayLine(Command, frozen=True, tag="chat.say"):
    """`id` is made by the client, so that sending a line again is harmless."""

    id: UUID
    text: Annotated[str, Meta(max_length=LINE_CHARACTERS_MAX * 4)]


class LineSaid(Push, frozen=True, tag="chat.said"):
    """The line is stored; `shown` tells whether it came into the room's fair sample."""

    id: UUID
    shown: bool
