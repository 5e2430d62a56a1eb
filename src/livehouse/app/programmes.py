"""What programmes are built from: who carries out which cue, and whom a run's life concerns."""

from livehouse.domains.offers import Offers, OpenCues, PinCues
from livehouse.domains.play import DrawCues, Draws
from livehouse.domains.programmes import CueKind, Invitations, Notes, Programmes, Slates
from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import Shows


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
    )
