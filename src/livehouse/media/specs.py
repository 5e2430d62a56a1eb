"""What a run shows, and how it is doing: the words between the app and the media process."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct
from typing_extensions import override

from livehouse.media.limits import (
    FILES_MAX,
    GRACE_SECONDS,
    GRACE_SECONDS_MAX,
    GUESTS_MAX,
    INPUT_ID_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PLAYBACK_CHARACTERS_MAX,
    RECORDING_BYTES_MAX,
    TITLE_CHARACTERS_MAX,
)
from livehouse.media.profile import ProfileName

Side: TypeAlias = Annotated[int, Meta(ge=256, le=1920, multiple_of=2)]
Words: TypeAlias = Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)]


class TestStage(Struct, frozen=True, tag="test_stage", forbid_unknown_fields=True):
    """The stage that we draw ourselves; portrait when it is higher than wide."""

    __test__: ClassVar[bool] = False  # a stage for tests is not a test for pytest

    title: Words
    subtitle: Words = ""
    width: Side = 1280
    height: Side = 720
    fps: Annotated[int, Meta(ge=5, le=60)] = 30
    kbps: Annotated[int, Meta(ge=200, le=12_000)] = 2500
    # A keyframe stands on every so many whole seconds of the wall clock.
    key_seconds: Annotated[int, Meta(ge=1, le=2)] = 2


class LoopFile(Struct, frozen=True, tag="loop_file", forbid_unknown_fields=True):
    """A video file on this machine, played over and over. Give only paths that you trust."""

    path: str


InputId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=INPUT_ID_CHARACTERS_MAX)]
# One alone; one with the others small in its corner; all beside each other.
Layout: TypeAlias = Literal["solo", "corner", "grid"]


class StageSeat(Struct, frozen=True, forbid_unknown_fields=True):
    """A guest who is let on stage; seen and heard while a camera is connected to the input.

    `name` is written on the guest's picture; nothing is where it is empty.
    """

    input: InputId
    silenced: bool = False
    name: Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)] = ""


class StagePlan(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is on stage beside the host. `main` is the input that is largest, empty for the host's.

    Nothing is mixed while no guest is there.
    """

    guests: Annotated[tuple[StageSeat, ...], Meta(max_length=GUESTS_MAX)] = ()
    layout: Layout = "grid"
    main: str = ""


class Camera(Struct, frozen=True, tag="camera", forbid_unknown_fields=True):
    """What comes in at an input, by whichever protocol; the input of a room is the room's id."""

    input: InputId
    # The slate's words, and how long it stands in for a camera that is gone.
    title: Words = ""
    grace_seconds: Annotated[int, Meta(ge=0, le=GRACE_SECONDS_MAX)] = GRACE_SECONDS
    stage: StagePlan = StagePlan()


class Remote(Struct, frozen=True, tag="remote", forbid_unknown_fields=True):
    """What a server elsewhere shows, by RTSP, HLS or RTMP; a slate while it shows nothing."""

    url: Annotated[str, Meta(min_length=8, max_length=PLAYBACK_CHARACTERS_MAX)]
    title: Words = ""
    grace_seconds: Annotated[int, Meta(ge=0, le=GRACE_SECONDS_MAX)] = GRACE_SECONDS
    # Whether addresses of this machine and of its own network may be named.
    allow_private: bool = False

    @override
    def __repr__(self) -> str:
        """Without the address, which may hold a password."""
        return f"Remote({self.title!r})"


# What a run's problem says when a list that does not loop is over.
PLAYED_OUT = "played_out"


class FileList(Struct, frozen=True, tag="file_list", forbid_unknown_fields=True):
    """Video files on this machine, one after the other; give only paths that you trust."""

    paths: Annotated[tuple[str, ...], Meta(min_length=1, max_length=FILES_MAX)]
    # From the beginning again after the last, or the show is over then.
    loops: bool = True
    # When the first began (ms since 1970): who begins again much later goes on where it would be.
    begun_at: int = 0


SourceSpec: TypeAlias = TestStage | LoopFile | FileList | Camera | Remote


class StartRun(Struct, frozen=True, forbid_unknown_fields=True):
    """`next_number` is the least number that the next segment may carry."""

    source: SourceSpec
    keep_seconds: int | None = None
    next_number: int = 0
    profile: ProfileName = "default"
    # Whether its picture is encoded in smaller sizes too.
    encodes: bool = False
    # Whether its other sizes and its sound alone are recorded too.
    keeps_sizes: bool = False
    # For whom it is recorded: the store, whose share of the disk it takes.
    owner: Annotated[str, Meta(max_length=INPUT_ID_CHARACTERS_MAX)] = ""


RunState: TypeAlias = Literal["preparing", "live", "interrupted", "ended", "failed"]
RecordingState: TypeAlias = Literal["on", "stopped"]
# Why nothing is recorded: the store's share is used up, or the house's, or the disk is full or
# does not take what it is given.
RecordingProblem: TypeAlias = Literal["", "store_full", "house_full", "disk_full", "disk_broken"]


class RenditionStatus(Struct, frozen=True):
    """One smaller size of a run's picture; `load` is the share of a core that encoding it takes."""

    name: str
    on: bool
    width: int = 0
    height: int = 0
    kbps: int = 0
    fps: float = 0.0
    load: float = 0.0
    # How often it was dropped because encoding could not keep up.
    drops: int = 0


class RunStatus(Struct, frozen=True):
    """How one run is doing; rates are those of the last segments."""

    run_id: str
    state: RunState
    # Why it failed or is interrupted: the code of a refusal.
    problem: str = ""
    # Share of the first encode that is done, while preparing.
    progress: float = 0.0
    width: int = 0
    height: int = 0
    kbps: int = 0
    fps: float = 0.0
    key_interval_seconds: float = 0.0
    dropped: int = 0
    # Share of one core that the source's thread takes.
    encode_load: float = 0.0
    segments: int = 0
    next_number: int = 0
    # Programme time (ms) at the end of the newest segment.
    newest_at: int = 0
    restarts: int = 0
    recording: RecordingState = "on"
    recording_problem: RecordingProblem = ""
    recorded_bytes: int = 0
    renditions: tuple[RenditionStatus, ...] = ()
    # Share of one core that decoding for all renditions takes.
    decode_load: float = 0.0


class InputStatus(Struct, frozen=True):
    """What arrives at one input; rates are those of the last five seconds."""

    input_id: str
    connected: bool = False
    protocol: str = ""
    # When this camera came (ms since 1970).
    since_at: int = 0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    kbps: int = 0
    key_interval_seconds: float = 0.0
    dropped: int = 0
    # Of the link to the camera, where its protocol tells: the way there and back, the share lost.
    rtt_ms: float | None = None
    loss: float | None = None


class DiskRoom(Struct, frozen=True, forbid_unknown_fields=True):
    """How much recordings may take on this disk: all of them, and those of one owner."""

    bytes_max: int = RECORDING_BYTES_MAX
    owner_bytes_max: int = RECORDING_BYTES_MAX


class SeatCounts(Struct, frozen=True):
    """Viewers over WebRTC: anybody, how many of them there may be, and guests and staff."""

    open: int = 0
    open_max: int = 0
    kept: int = 0


class MediaHealth(Struct, frozen=True):
    """How the process is doing; `recording_alarm` tells that something is not recorded."""

    runs: list[RunStatus]
    inputs: list[InputStatus] = []
    recording_alarm: bool = False
    recorded_bytes: int = 0
    recorded_bytes_max: int = 0
    seats: SeatCounts = SeatCounts()
    # Other platforms that runs are pushed to, by how they are doing.
    targets: dict[str, int] = {}
    cpu_seconds: float = 0.0


class Announcement(Struct, frozen=True):
    """The first line that the process prints: where it listens and who may command it."""

    port: int
    token: str


class Receivers(Struct, frozen=True):
    """Where the process listens for cameras; port 0 means nowhere."""

    host: str = "127.0.0.1"
    rtmp_port: int = 0
    rtmps_port: int = 0
    # PEM files, for RTMPS.
    certificate: str = ""
    certificate_key: str = ""


class AppPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the app can be asked about stream keys."""

    url: str


class Playback(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a video server plays what a camera sends to it."""

    url: Annotated[str, Meta(min_length=8, max_length=PLAYBACK_CHARACTERS_MAX)]
    # What becomes of it, or of the camera that is there, where both want one place.
    second: Literal["refuse", "take_over"] = "take_over"


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a camera must leave: `key_rotated`, `sent_away`."""

    reason: str
