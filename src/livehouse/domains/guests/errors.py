"""What guests and their hosts hear when something cannot be."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class GuestLinkGone(DomainError):
    kind = Refusal.NOT_FOUND
    code = "guest_link_gone"
    message = N_("This link is no longer valid. Ask the host for another one.")


class TooManyGuests(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_guests"
    message = N_("A show has at most {most} guests. Remove one first.")


class StageFull(DomainError):
    kind = Refusal.CONFLICT
    code = "stage_full"
    message = N_("There is room for {most} guests on stage. Take one off first.")
