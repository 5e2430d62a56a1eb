"""Why a crowd's games may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class QuestionsClosed(DomainError):
    kind = Refusal.CONFLICT
    code = "questions_closed"
    message = N_("The host takes no questions now.")


class QuestionGone(DomainError):
    kind = Refusal.CONFLICT
    code = "question_gone"
    message = N_("This question is no longer in the queue.")


class QuestionIdTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "question_id_taken"
    message = N_("This id belongs to another question.")


class TooManyQuestions(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_questions"
    message = N_("You have {count} questions in the queue. Please wait for an answer first.")


class QueueFull(DomainError):
    kind = Refusal.CONFLICT
    code = "queue_full"
    message = N_("There are very many questions already. Raise one of them instead.")


class QuizOver(DomainError):
    kind = Refusal.CONFLICT
    code = "quiz_over"
    message = N_("The time for this question is up.")


class QuizGoingOn(DomainError):
    kind = Refusal.CONFLICT
    code = "quiz_going_on"
    message = N_("Another quiz question is open. Its end has to come first.")


class QuizStarted(DomainError):
    kind = Refusal.CONFLICT
    code = "quiz_started"
    message = N_("This quiz question has started. Nobody can change it any more.")


class StaffTakeNothing(DomainError):
    kind = Refusal.FORBIDDEN
    code = "staff_take_nothing"
    message = N_("Who runs the show takes nothing of what it gives away.")


class PacketsNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "packets_not_open"
    message = N_("The red packets are still on their way.")


class PacketsGone(DomainError):
    kind = Refusal.GONE
    code = "packets_gone"
    message = N_("All red packets are gone.")


class TooManyThere(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_there"
    message = N_("From your network as many have had one as may.")


class PacketsGoingOn(DomainError):
    kind = Refusal.CONFLICT
    code = "packets_going_on"
    message = N_("Other red packets are falling. Their end has to come first.")


class TooFewCoupons(DomainError):
    kind = Refusal.CONFLICT
    code = "too_few_coupons"
    message = N_("Of this coupon only {left} are left.")


class TooFewPoints(DomainError):
    kind = Refusal.CONFLICT
    code = "too_few_points"
    message = N_("You have {missing} points too few.")


class TradeOver(DomainError):
    kind = Refusal.GONE
    code = "trade_over"
    message = N_("This is not to be had for points any more.")
