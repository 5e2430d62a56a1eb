"""Why the people domain may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class EmailTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "email_taken"
    message = N_("There is an account with this e-mail already. Sign in, or reset its password.")


class EmailInvalid(DomainError):
    kind = Refusal.INVALID
    code = "email_invalid"
    message = N_("This is not an e-mail address.")


class NameInvalid(DomainError):
    kind = Refusal.INVALID
    code = "name_invalid"
    message = N_("Please use a name of 1 to {count} visible characters.")


class PasswordTooShort(DomainError):
    kind = Refusal.INVALID
    code = "password_too_short"
    message = N_("Please use at least {count} characters.")


class PasswordTooEasy(DomainError):
    kind = Refusal.INVALID
    code = "password_too_easy"
    message = N_("This password is too easy to guess. A few unrelated words are a good one.")


class SignInFailed(DomainError):
    """The same for an unknown account and a wrong password."""

    kind = Refusal.INVALID
    code = "sign_in_failed"
    message = N_("E-mail or password is wrong.")


class PasswordWrong(DomainError):
    kind = Refusal.INVALID
    code = "password_wrong"
    message = N_("This is not your password.")


class ResetRefused(DomainError):
    kind = Refusal.NOT_FOUND
    code = "reset_refused"
    message = N_("This link was used already or is too old. Please ask for a new one.")


class TicketRefused(DomainError):
    kind = Refusal.UNAUTHENTICATED
    code = "ticket_refused"
    message = N_("This ticket is not valid any more. Please reload the page.")


class ScopeUnknown(DomainError):
    kind = Refusal.INVALID
    code = "scope_unknown"
    message = N_("There is no such permission: {scope}.")


class TimeZoneUnknown(DomainError):
    kind = Refusal.INVALID
    code = "time_zone_unknown"
    message = N_("We do not know this time zone.")


class CountryUnknown(DomainError):
    kind = Refusal.INVALID
    code = "country_unknown"
    message = N_("We do not know this country.")


class TooManyKept(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_kept"
    message = N_("You have {count} of these already. Please remove one first.")


class LastOwner(DomainError):
    kind = Refusal.CONFLICT
    code = "last_owner"
    message = N_("A store needs an owner. Please make somebody else an owner first.")
