"""Why the media part may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class BrokenVideo(DomainError):
    """`reason` is for logs and operators; people read the message."""

    kind = Refusal.INVALID
    code = "broken_video"
    message = N_("This file cannot be played: it is damaged, or not a video.")


class VideoTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "video_too_large"
    message = N_("The picture of this video is too large: at most {side} pixels a side.")


class VideoTooLong(DomainError):
    kind = Refusal.TOO_LARGE
    code = "video_too_long"
    message = N_("This video is too long.")


class NoSuchVideo(DomainError):
    kind = Refusal.NOT_FOUND
    code = "no_such_video"
    message = N_("There is no such video.")


class VideoNotYet(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "video_not_yet"
    message = N_("The picture is not there yet. Please try again in a moment.")


class InvalidSource(DomainError):
    kind = Refusal.INVALID
    code = "invalid_source"
    message = N_("The video source is not described rightly: {problem}")


class TooManyRuns(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_runs"
    message = N_("This machine carries as many live videos as it can.")


class MediaUnavailable(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "media_unavailable"
    message = N_("Video is not available right now. It comes back by itself.")


class TooMuchToMake(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_much_to_make"
    message = N_("So much is being made of recordings that nothing can be added now.")


class StillRecording(DomainError):
    kind = Refusal.CONFLICT
    code = "still_recording"
    message = N_("The recording still goes on.")


class NotInRecording(DomainError):
    kind = Refusal.INVALID
    code = "not_in_recording"
    message = N_("The recording has no picture between these two moments.")


class ClipTooLong(DomainError):
    kind = Refusal.INVALID
    code = "clip_too_long"
    message = N_("A clip may last an hour at most.")


class NoRoomOnDisk(DomainError):
    kind = Refusal.EXHAUSTED
    code = "no_room_on_disk"
    message = N_("There is no room left for recordings.")
