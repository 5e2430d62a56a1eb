"""What programmes are built from: who carries out which cue, and whom a run's life concerns."""

from livehouse.app.reminding import OffersToCome
from livehouse.app.settings import Settings
from livehouse.domains.crowd import Crowd, CuedQuizzes, PacketCues, QuestionCues, QuizCues
from livehouse.domains.followers import Followers, News, StoreLetters
from livehouse.domains.offers import CuedOffers, DropCues, Drops, Offers, OpenCues, PinCues
from livehouse.domains.people import Mailer, People
from livehouse.domains.play import Battles, CuedDraws, DrawCues, Draws, VoteCues
from livehouse.domains.programmes import (
    CueKind,
    Invitations,
    InvitedShows,
    Notes,
    Preparations,
    PreparedThings,
    Programmes,
    Reminders,
    ShowLetters,
    Slates,
)
from livehouse.domains.recordings import Recordings
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer


def programmes_of(
    *,
    recordings: Recordings,
    preparations: Preparations,
    offers: Offers,
    drops: Drops,
    draws: Draws,
    battles: Battles,
    crowd: Crowd,
) -> Programmes:
    shows = offers.shows
    offered, quizzes = CuedOffers(offers), CuedQuizzes(crowd.quizzes)
    return Programmes(
        shows.database,
        shows.clock,
        shows.ids,
        shows,
        {
            CueKind.PIN: PinCues(offers),
            CueKind.OPEN: OpenCues(offers),
            CueKind.DRAW: DrawCues(draws),
            CueKind.VOTE: VoteCues(battles, preparations),
            CueKind.QUIZ: QuizCues(crowd.quizzes),
            CueKind.PACKETS: PacketCues(crowd.drops, preparations),
            CueKind.DROP: DropCues(drops, preparations),
            CueKind.QUESTIONS: QuestionCues(crowd.questions),
            CueKind.INVITE: Invitations(),
            CueKind.SLATE: Slates(),
            CueKind.NOTE: Notes(),
        },
        marks=[recordings],
        homes={
            CueKind.PIN: offered,
            CueKind.OPEN: offered,
            CueKind.DRAW: CuedDraws(draws),
            CueKind.VOTE: PreparedThings(preparations, CueKind.VOTE),
            CueKind.QUIZ: quizzes,
            CueKind.PACKETS: PreparedThings(preparations, CueKind.PACKETS),
            CueKind.DROP: PreparedThings(preparations, CueKind.DROP),
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
