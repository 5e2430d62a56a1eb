"""What the chat says over the live connection."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from livehouse.domains.chat.model import LINE_CHARACTERS_MAX
from livehouse.engine.protocol import Command, Push


class SayLine(Command, frozen=True, tag="chat.say"):
    """`id` is made by the client, so that sending a line again is harmless."""

    id: Annotated[UUID, Meta(description="Version 7; others are refused.")]
    text: Annotated[
        str,
        Meta(
            max_length=LINE_CHARACTERS_MAX * 4,
            description=f"At most {LINE_CHARACTERS_MAX} characters once it is trimmed.",
        ),
    ]


class LineSaid(Push, frozen=True, tag="chat.said"):
    """The line is stored; `shown` tells whether it came into the room's fair sample."""

    id: Annotated[UUID, Meta(description="The line's.")]
    shown: Annotated[bool, Meta(description="Whether it came into the sample that everybody sees.")]
