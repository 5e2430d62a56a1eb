"""What has happened to accounts."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import PersonId


class PersonSignedUp(Fact, frozen=True, tag="people.signed_up"):
    person_id: PersonId


class PersonErased(Fact, frozen=True, tag="people.erased"):
    """The id names nobody any more; whoever keeps a copy of a name must drop it."""

    person_id: PersonId
