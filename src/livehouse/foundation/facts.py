"""What has happened, in the past tense: the shape every domain's events share."""

from msgspec import Struct


class Fact(Struct, frozen=True, tag_field="kind"):
    """A tagged record that leaves with the transaction that made it true.

    Subclasses set `tag="domain.what_happened"`. Facts hold ids, never names or addresses, so that
    erasing a person needs no rewriting of history.
    """
