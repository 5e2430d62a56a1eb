"""Front door of people: accounts, sign-in, addresses, memberships, API tokens, tickets."""

from livehouse.domains.people.errors import (
    EmailTaken,
    LastOwner,
    SignInFailed,
    TicketRefused,
)
from livehouse.domains.people.events import PersonErased, PersonSignedUp
from livehouse.domains.people.model import (
    Address,
    AddressLines,
    Grant,
    Member,
    Person,
    Ticket,
    label_lines,
    masked,
)
from livehouse.domains.people.ports import (
    Mail,
    Mailer,
    PersonalData,
    RunRoles,
    StoreName,
    StoreNames,
)
from livehouse.domains.people.service import (
    Accounts,
    Addresses,
    ApiTokens,
    Memberships,
    Passwords,
    People,
    Post,
    Tickets,
    make_people,
)
from livehouse.domains.people.store import belongings as address_terms
from livehouse.domains.people.store import recipients

__all__ = [
    "Accounts",
    "Address",
    "AddressLines",
    "Addresses",
    "ApiTokens",
    "EmailTaken",
    "Grant",
    "LastOwner",
    "Mail",
    "Mailer",
    "Member",
    "Memberships",
    "Passwords",
    "People",
    "Person",
    "PersonErased",
    "PersonSignedUp",
    "PersonalData",
    "Post",
    "RunRoles",
    "SignInFailed",
    "StoreName",
    "StoreNames",
    "Ticket",
    "TicketRefused",
    "Tickets",
    "address_terms",
    "label_lines",
    "make_people",
    "masked",
    "recipients",
]
