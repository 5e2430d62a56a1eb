"""Why a film may be declined; each sentence says what to do about it."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class FilmNotPlayable(DomainError):
    kind = Refusal.INVALID
    code = "film_not_playable"
    message = N_(
        "This file cannot be played. Export it as MP4 with H.264 video and AAC sound, and upload"
        " that."
    )


class FilmPictureTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "film_picture_too_large"
    message = N_(
        "The picture has more than {side} pixels a side. Export it in 1080p, and upload that."
    )


class FilmTooLong(DomainError):
    kind = Refusal.TOO_LARGE
    code = "film_too_long"
    message = N_(
        "A film lasts {minutes} minutes at most. Cut it into several, and play them one after the"
        " other."
    )


class FilmTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "film_too_large"
    message = N_(
        "A file has {megabytes} MB at most. Export it with a lower bit rate, or cut it into"
        " several."
    )


class FilmSpaceUsed(DomainError):
    kind = Refusal.EXHAUSTED
    code = "film_space_used"
    message = N_("The films of a store take {megabytes} MB at most. Delete one first.")


class TooManyFilms(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_films"
    message = N_("A store has {most} films at most. Delete one first.")


class NoRoomForFilms(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "no_room_for_films"
    message = N_("The server's disk is full. Please tell whoever runs it.")


class OtherPlace(DomainError):
    """The upload goes on elsewhere; whoever sends asks where, and sends from there."""

    kind = Refusal.CONFLICT
    code = "other_place"
    message = N_("The upload goes on at another place. Choose the same file once more.")


class FilmInUse(DomainError):
    kind = Refusal.CONFLICT
    code = "film_in_use"
    message = N_("A show plays this film: {title}. Let it play something else first.")


class RecordingGone(DomainError):
    kind = Refusal.CONFLICT
    code = "recording_gone"
    message = N_("The recording was deleted before it became a film.")
