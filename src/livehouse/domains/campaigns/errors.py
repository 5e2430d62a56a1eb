"""What campaigns refuse."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class CampaignSlugTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "campaign_slug_taken"
    message = N_("There is a campaign at “{slug}” already. Choose another address.")


class EditedMeanwhile(DomainError):
    kind = Refusal.CONFLICT
    code = "campaign_edited_meanwhile"
    message = N_("Somebody else has changed this page meanwhile. Here it is as it stands now.")


class CampaignOver(DomainError):
    kind = Refusal.CONFLICT
    code = "campaign_over"
    message = N_("This campaign is over.")


class NotInCampaign(DomainError):
    kind = Refusal.NOT_FOUND
    code = "not_in_campaign"
    message = N_("This show does not take part.")


class ShowOutsideCampaign(DomainError):
    kind = Refusal.INVALID
    code = "show_outside_campaign"
    message = N_("This show is not planned for a day of the campaign.")


class LineInUse(DomainError):
    kind = Refusal.CONFLICT
    code = "campaign_line_in_use"
    message = N_("Shows take part in this line. Move them first.")
