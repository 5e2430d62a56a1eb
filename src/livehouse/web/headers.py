"""What every answer tells the browser to refuse."""

from collections.abc import Sequence

from livehouse.web.assets import HASHED_URL

YEAR_SECONDS = 365 * 24 * 3600
Headers = list[tuple[bytes, bytes]]


def security_headers(
    *, https: bool, media_origins: Sequence[str], pay_origins: Sequence[str]
) -> Headers:
    """A form that pays goes on to the page of the provider.

    hls.js works in blob: workers and feeds the picture through blob: addresses. Style attributes
    are allowed, since charts place their parts by them; style elements are not.
    """
    others = " ".join(media_origins)
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",
        "img-src": f"'self' data: blob: {others}",
        "media-src": f"'self' blob: {others}",
        "connect-src": f"'self' {others}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": f"'self' {' '.join(pay_origins)}",
        "frame-ancestors": "'self'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{k} {v.strip()}" for k, v in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=(self)",
        "cross-origin-opener-policy": "same-origin",
    }
    if https:
        headers["strict-transport-security"] = f"max-age={YEAR_SECONDS}"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def framed_policy(ancestors: Sequence[str]) -> str:
    """For a page that other sites may frame: pictures of ours and nothing that runs."""
    return (
        "default-src 'none'; img-src 'self'; style-src-attr 'unsafe-inline'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'self' {' '.join(ancestors)}"
    ).strip()


def with_missing(headers: Headers, defaults: Headers) -> Headers:
    """The answer's own headers, and those of ours that it has not set itself."""
    present = {name.lower() for name, _ in headers}
    return [*headers, *(one for one in defaults if one[0] not in present)]


def caching(path: str, status: int) -> Headers:
    """A name with a hash in it never changes its content."""
    if path.startswith(HASHED_URL) and status == 200:  # noqa: PLR2004 - OK
        return [(b"cache-control", f"public, max-age={YEAR_SECONDS}, immutable".encode())]
    return []
