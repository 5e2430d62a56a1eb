"""What has happened to a show."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import RunId, ShowId


class RunStarted(Fact, frozen=True, tag="shows.run_started"):
    """A room opens: live or as a rehearsal."""

    run_id: RunId
    show_id: ShowId
    run_kind: str
    title: str
    simulated: bool


class RunEnded(Fact, frozen=True, tag="shows.run_ended"):
    run_id: RunId
    show_id: ShowId


class ShowScheduled(Fact, frozen=True, tag="shows.scheduled"):
    show_id: ShowId
