"""What somebody wanted before they had signed in: done once they have, without another press.

The press itself was a form of ours, checked against forgery. What it leads on to is an address that
changes something when it is opened, so its word works for a quarter of an hour, in the browser that
pressed, and for this one thing: a link on another site presses for nobody.
"""

from datetime import timedelta
from urllib.parse import urlencode

from livehouse.web.connections import AnyRequest
from livehouse.web.context import web_of
from livehouse.web.identity import GUEST_COOKIE, cookie

PURPOSE = "once signed in"
LASTS = timedelta(minutes=15)


def sign_in_first(request: AnyRequest, path: str, **query: str) -> str:
    """The address of the sign-in page, which leads on to `path` and does what it does."""
    web = web_of(request)
    until = str(int((web.clock.now() + LASTS).timestamp()))
    word = f"{until}.{web.signer.token(PURPOSE, _about(request, path, until))}"
    return "/sign-in?" + urlencode({"next": f"{path}?" + urlencode({**query, "word": word})})


def was_pressed(request: AnyRequest, path: str, word: str) -> bool:
    """Whether somebody pressed for `path` in this browser, a moment ago."""
    web = web_of(request)
    until, _, token = word.partition(".")
    if not until.isdecimal() or int(until) < web.clock.now().timestamp():
        return False
    return web.signer.is_token(PURPOSE, _about(request, path, until), token)


def _about(request: AnyRequest, path: str, until: str) -> str:
    return f"{cookie(request, GUEST_COOKIE)} {until} {path}"
