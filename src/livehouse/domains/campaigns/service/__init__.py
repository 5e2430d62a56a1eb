"""What people do with campaigns, and how their sales are counted."""

from livehouse.domains.campaigns.service.counting import Counting
from livehouse.domains.campaigns.service.seasons import Campaigns, Plan
from livehouse.domains.campaigns.service.venues import BoardRow, Shown, Venue, Venues

__all__ = ["BoardRow", "Campaigns", "Counting", "Plan", "Shown", "Venue", "Venues"]
