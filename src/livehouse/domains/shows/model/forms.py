"""How a show's picture is cut, in which sizes it goes out, and what the house allows. Pure."""

from typing import Literal, TypeAlias

from msgspec import Struct

from livehouse.domains.shows.errors import FormNotOffered

Profile: TypeAlias = Literal["default", "fast"]


class HouseForms(Struct, frozen=True):
    """What the house does where a show says nothing, and how far a show may go."""

    profile: Profile = "default"
    offers_fast: bool = True
    offers_sizes: bool = True

    def profile_of(self, form: "PictureForm") -> Profile:
        """What is done; a wish that the house has stopped to offer meanwhile is none."""
        if form.profile == "fast" and not self.offers_fast:
            return self.profile
        return form.profile or self.profile


class PictureForm(Struct, frozen=True):
    """What one show wants: an empty profile is the house's. Without `sizes` slow lines get the
    sound alone."""

    profile: Literal["", "default", "fast"] = ""
    sizes: bool = True


def checked_form(form: PictureForm, house: HouseForms) -> PictureForm:
    if form.profile == "fast" and not house.offers_fast:
        raise FormNotOffered
    return form
