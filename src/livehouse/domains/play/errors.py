"""Why a game may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class DrawNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "draw_not_open"
    message = N_("This draw has not begun yet.")


class DrawOver(DomainError):
    kind = Refusal.CONFLICT
    code = "draw_over"
    message = N_("This round is over. Nobody can join it any more.")


class DrawFull(DomainError):
    kind = Refusal.CONFLICT
    code = "draw_full"
    message = N_("This round is full and is being drawn.")


class DrawGoingOn(DomainError):
    kind = Refusal.CONFLICT
    code = "draw_going_on"
    message = N_("Another draw is going on in this room. Its end has to come first.")


class DrawNonceTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "draw_nonce_taken"
    message = N_("Somebody else has brought this random number. Please take another.")


class SayTheWord(DomainError):
    kind = Refusal.INVALID
    code = "say_the_word"
    message = N_("To take part, say the word in the chat.")


class FollowFirst(DomainError):
    kind = Refusal.CONFLICT
    code = "follow_first"
    message = N_("To take part, follow the store.")


class BringFriendsFirst(DomainError):
    kind = Refusal.CONFLICT
    code = "bring_friends_first"
    message = N_("To take part, bring {missing} more friends into the show.")


class WatchFirst(DomainError):
    kind = Refusal.CONFLICT
    code = "watch_first"
    message = N_("To take part, watch for {missing} more minutes.")


class StaffDoNotPlay(DomainError):
    kind = Refusal.FORBIDDEN
    code = "staff_do_not_play"
    message = N_("Who runs the show cannot win its prizes.")


class NotEligible(DomainError):
    kind = Refusal.FORBIDDEN
    code = "not_eligible"
    message = N_("These prizes only go to addresses in: {countries}.")


class AddressNeeded(DomainError):
    kind = Refusal.FORBIDDEN
    code = "address_needed"
    message = N_(
        "These prizes only go to addresses in: {countries}. Please save an address of yours first."
    )


class TooManyEntrantsThere(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_entrants_there"
    message = N_("From your network as many take part in this round as may.")


class PrizeTooDear(DomainError):
    kind = Refusal.INVALID
    code = "prize_too_dear"
    message = N_("In your market no prize of a draw may be worth more than {amount} {currency}.")


class TermsFrozen(DomainError):
    kind = Refusal.CONFLICT
    code = "terms_frozen"
    message = N_("This draw has started. Nobody can change or take back its terms any more.")


class PrizeGone(DomainError):
    kind = Refusal.GONE
    code = "prize_gone"
    message = N_("This prize was not claimed in time and has gone to somebody else.")


class BattleNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "battle_not_open"
    message = N_("One cannot vote in this battle now.")


class BattleFinal(DomainError):
    kind = Refusal.CONFLICT
    code = "battle_final"
    message = N_("This battle has ended. Its result is final.")


class VotesRefused(DomainError):
    kind = Refusal.FORBIDDEN
    code = "votes_refused"
    message = N_("Very many votes came from your network. The staff has looked: they do not count.")


class UnknownContestant(DomainError):
    kind = Refusal.INVALID
    code = "unknown_contestant"
    message = N_("There is no such contestant.")
