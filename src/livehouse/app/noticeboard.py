"""What stands on the front page beside shows: the campaigns that are on."""

from collections.abc import Sequence
from dataclasses import dataclass

from livehouse.domains.campaigns import Campaigns
from livehouse.domains.shows import Notice

SHOWN_MAX = 3


@dataclass(frozen=True, slots=True)
class CampaignNotices:
    campaigns: Campaigns

    async def notices(self, language: str) -> Sequence[Notice]:
        found = await self.campaigns.open_to_all()
        return [
            Notice(
                path=f"/campaigns/{one.slug}",
                title=one.name.read(language),
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
            for one in found[:SHOWN_MAX]
        ]
