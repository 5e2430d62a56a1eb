"""In which forms shows may go out, by the settings of the house."""

from livehouse.app.settings import Settings
from livehouse.domains.shows import HouseForms


def forms_of(settings: Settings) -> HouseForms:
    """What shows may choose of how their picture goes out."""
    return HouseForms(
        settings.video_profile,
        offers_fast=settings.video_fast_offered or settings.video_profile == "fast",
        offers_sizes=settings.video_renditions != "off",
    )
