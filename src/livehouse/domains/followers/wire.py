"""What following says over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.followers.model import Following

SLUG_CHARACTERS_MAX = 200


class FollowStore(Struct, frozen=True, forbid_unknown_fields=True):
    """Where it was pressed."""

    show: Annotated[
        str, Meta(max_length=SLUG_CHARACTERS_MAX, description="The show that one is in, or none.")
    ] = ""


class FollowInfo(Struct, frozen=True):
    """How the viewer stands to a store, and how many follow it."""

    follows: bool
    followers: int
    signed_in: Annotated[bool, Meta(description="Who is not is asked to sign in first.")]


def follow_info(found: Following, *, signed_in: bool) -> FollowInfo:
    return FollowInfo(found.follows, found.followers, signed_in)
