"""What shows say over HTTP."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from livehouse.domains.shows.model import (
    FILES_MAX,
    URL_CHARACTERS_MAX,
    CameraState,
    Hosts,
    HouseForms,
    Run,
    RunKind,
    SecondCamera,
    Show,
    Video,
    shown_run,
    state_name,
)
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import RunId

TEXT_CHARACTERS_MAX = 10_000
VERSIONS_MAX = 1_000_000


class RunInfo(Struct, frozen=True):
    """`kind` is live or rehearsal; `state` is live while it is on, else ended."""

    id: RunId
    kind: str
    state: str


class RunAddresses(Struct, frozen=True):
    """Where a run's room and pictures are; `recording` is there once the run is over."""

    socket: str
    video: str
    recording: str
    frames: str


class ShowInfo(Struct, frozen=True):
    """A show as everybody may know it. `version` grows with every change of it; `run` is null while
    nothing is on that the asker may see."""

    slug: str
    title: str
    state: str
    starts_at: Instant
    run: RunInfo | None
    addresses: RunAddresses | None
    version: int = 0


class ScheduleShow(Struct, frozen=True, forbid_unknown_fields=True):
    """A show to come. `source` names a film of the store or a video of the installation, empty
    means the test stage."""

    slug: str
    title: str
    starts_at: Instant
    description: str = ""
    source: str = ""


class EditWhere(Struct, frozen=True, forbid_unknown_fields=True):
    place: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] = ""
    city: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] = ""
    origin: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] = ""
    latitude: float | None = None
    longitude: float | None = None


class EditShow(Struct, frozen=True, forbid_unknown_fields=True):
    """What a show to come says of itself from now on; what is left out stays as it is.

    `version` is the one that was read. Place, city, origin and the spot (in degrees) are changed
    together. With `openings_follow` offers that open by themselves move with the start.
    """

    version: Annotated[int, Meta(ge=0, le=VERSIONS_MAX)]
    title: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] | None = None
    description: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] | None = None
    starts_at: Instant | None = None
    where: EditWhere | None = None
    openings_follow: bool = True


class FormInfo(Struct, frozen=True):
    """How the picture goes out. `profile` is empty where the show leaves it to the house, which
    then does `house_profile`; what is not offered cannot be chosen, and nothing while `frozen`."""

    profile: str
    sizes: bool
    house_profile: str
    offers_fast: bool
    offers_sizes: bool
    frozen: bool


class ChooseForm(Struct, frozen=True, forbid_unknown_fields=True):
    """`default` or `fast`, empty as the house does; whether smaller sizes are encoded where the
    house has room for them."""

    profile: Literal["", "default", "fast"] = ""
    sizes: bool = True


class SourceInfo(Struct, frozen=True):
    """What a show plays, and how its room's camera is connected. For its hosts alone.

    `source` is camera, stage, file, files or address; `files` can be chosen from. `playlist` are
    those that are played one after the other, `address` is where a server elsewhere is fetched
    from, without its password. `problem` says by a code why a slate is shown, or nothing. `server`
    and `key` are what OBS asks for; `second` says what becomes of a second camera. `camera` is null
    while none is there.
    """

    source: str
    file: str
    files: list[Video]
    playlist: list[str]
    loops: bool
    address: str
    problem: str
    server: str
    key: str
    second: SecondCamera
    camera: CameraState | None
    form: FormInfo


class ChooseSource(Struct, frozen=True, forbid_unknown_fields=True):
    """`file` names one of the files on offer, where the source is one; `playlist` several, which
    are played once or, with `loops`, over and over. `address` is a server elsewhere."""

    source: Literal["camera", "stage", "file", "files", "address"]
    file: str = ""
    playlist: Annotated[list[str], Meta(max_length=FILES_MAX)] = []
    loops: bool = False
    address: Annotated[str, Meta(max_length=URL_CHARACTERS_MAX)] = ""


class ChooseSecond(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a second camera is refused or takes over."""

    second: SecondCamera


def form_info(show: Show, house: HouseForms) -> FormInfo:
    return FormInfo(
        show.form.profile, show.form.sizes, house.profile, house.offers_fast, house.offers_sizes,
        frozen=show.run is not None and show.run.on,
    )  # fmt: skip


def show_info(show: Show, hosts: Hosts, *, staff: bool) -> ShowInfo:
    run = shown_run(show, staff=staff)
    return ShowInfo(
        slug=show.slug,
        title=show.title,
        state=state_name(show.state),
        starts_at=show.starts_at,
        version=show.version,
        run=RunInfo(run.id, run.kind.value, "live" if run.on else "ended") if run else None,
        addresses=run_addresses(run, hosts) if run else None,
    )


def run_addresses(run: Run, hosts: Hosts) -> RunAddresses:
    base = f"/live/{run.id}"
    video = f"{hosts.video.rstrip('/')}{base}/video"
    return RunAddresses(
        socket=base,
        video=f"{video}/main.m3u8",
        recording=f"{video}/recorded.m3u8",
        frames=f"{hosts.frames.rstrip('/')}{base}/frames/",
    )


def poster_address(run: Run) -> str:
    return f"/live/{run.id}/video/poster.jpg"


def drawn_poster(show: Show) -> str:
    """A picture of known size and kind, for whoever takes no SVG: `web.stage_picture`."""
    return f"/shows/{show.slug}/poster.png"


def shared_poster(show: Show) -> str:
    """As `poster_of`, for other sites and messengers."""
    if show.run is not None and show.run.kind is RunKind.LIVE:
        return poster_address(show.run)
    return drawn_poster(show)


def poster_of(show: Show) -> str:
    """A picture from the show, or before there is one a drawn one."""
    if show.run is not None and show.run.kind is RunKind.LIVE:
        return poster_address(show.run)
    return f"/shows/{show.slug}/poster.svg"
