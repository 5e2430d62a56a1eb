"""Why a room says no, or is not there."""


class Refused(Exception):
    """A request, or the whole visit, was declined. `code` is one of `docs/reference/refusals.md`.

    Codes that are made here: `run_ended`, `no_such_run`, `banned` (the room is closed to us),
    `not_live` (nothing to follow now) and `too_many_waiting` (ask less at once).
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class NotJoined(ConnectionError):
    """The room was not entered. `code` is a close code, or the HTTP status of a refusal."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
