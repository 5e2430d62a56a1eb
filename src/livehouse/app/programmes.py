"""What programmes are built from: who carries out which cue, and whom a run's life concerns."""

from livehouse.app.reminding import OffersToCome
from livehouse.app.settings import Settings
from livehouse.domains.followers import Followers, News, StoreLetters
from livehouse.domains.offers import CuedOffers, Offers, OpenCues, PinCues
from livehouse.domains.people import Mailer, People
from livehouse.domains.play import CuedDraws, DrawCues, Draws
from livehouse.domains.programmes import (
    CueKind,
    Invitations,
    InvitedShows,
    Notes,
    Programmes,
    Reminders,
    ShowLetters,
    Slates,
)
from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import Shows
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer


def programmes_of(shows: Shows, offers: Offers, draws: Draws, recordings: Recordings) -> Programmes:
    return Programmes(
        shows.database,
        shows.clock,
        shows.ids,
        shows,
        {
            CueKind.PIN: PinCues(offers),
            CueKind.OPEN: OpenCues(offers),
            CueKind.DRAW: DrawCues(draws),
            CueKind.INVITE: Invitations(),
            CueKind.SLATE: Slates(),
            CueKind.NOTE: Notes(),
        },
        marks=[recordings],
        homes={
            CueKind.PIN: CuedOffers(offers),
            CueKind.OPEN: CuedOffers(offers),
            CueKind.DRAW: CuedDraws(draws),
            CueKind.INVITE: InvitedShows(shows),
        },
    )


def news_of(settings: Settings, followers: Followers, reminders: Reminders, signer: Signer) -> News:
    """Letters to followers; who is reminded of a show by a letter of their own gets that one."""
    letters = StoreLetters(Languages(), signer, settings.address, settings.time_zone)
    return News(followers, reminders.people, reminders.mailer, letters, reminders.wanting)


def reminders_of(
    settings: Settings, offers: Offers, people: People, mailer: Mailer, signer: Signer
) -> Reminders:
    letters = ShowLetters(Languages(), signer, settings.address, settings.time_zone)
    return Reminders(offers.shows, people, mailer, letters, OffersToCome(offers))
