"""What a person may be to a store or to the platform."""

from enum import StrEnum


class Role(StrEnum):
    """A membership's role. All but the operator belong to one store."""

    OWNER = "owner"
    EDITOR = "editor"
    HOST = "host"
    MODERATOR = "moderator"
    OPERATOR = "operator"


STORE_ROLES = (Role.OWNER, Role.EDITOR, Role.HOST, Role.MODERATOR)
