"""Campaigns: a season with themed lines, the shows that take part, its venue and its boards."""

from livehouse.domains.campaigns.model import Campaign, CampaignId, Words
from livehouse.domains.campaigns.ports import RoomStates
from livehouse.domains.campaigns.service import Campaigns, Counting, Plan, Venues

__all__ = [
    "Campaign",
    "CampaignId",
    "Campaigns",
    "Counting",
    "Plan",
    "RoomStates",
    "Venues",
    "Words",
]
