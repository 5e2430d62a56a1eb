"""What a publisher or viewer offers, and what we answer: SDP looked at before it is believed."""

import re
from collections.abc import Callable
from ipaddress import ip_address

from livehouse.foundation.internet import AnyAddress
from livehouse.media.webrtc.errors import MalformedOffer, UnsuitableOffer
from livehouse.media.webrtc.limits import (
    CANDIDATES_MAX,
    LEAST_KBPS,
    MEDIA_SECTIONS_MAX,
    MOST_KBPS,
    OFFER_BYTES_MAX,
    START_KBPS,
)

SENDS = frozenset({"sendonly", "sendrecv"})
RECEIVES = frozenset({"recvonly", "sendrecv"})
CANDIDATE = re.compile(r"a=candidate:\S+ \d+ (\S+) \d+ (\S+) (\d+) typ \S+.*", re.IGNORECASE)
CANDIDATE_FIELDS_PORT_MAX = 65_535


def checked_offer(body: bytes, *, directions: frozenset[str]) -> str:
    """The offer without what we would not use; `MalformedOffer` or `UnsuitableOffer`."""
    if len(body) > OFFER_BYTES_MAX:
        raise MalformedOffer(reason=f"more than {OFFER_BYTES_MAX} bytes")
    try:
        lines = body.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        raise MalformedOffer(reason="it is not UTF-8") from None
    if lines[0] != "v=0":
        raise MalformedOffer(reason="it does not begin with v=0")
    sections = _sections(lines)
    _check_kinds(sections, directions)
    _check_bundle(lines, sections)
    for needed in ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:"):
        if not any(line.startswith(needed) for line in lines):
            raise MalformedOffer(reason=f"it has no {needed.rstrip(':')}")
    kept = [line for line in lines if not line.startswith("a=candidate:") or _is_of_use(line)]
    if sum(line.startswith("a=candidate:") for line in kept) > CANDIDATES_MAX:
        raise UnsuitableOffer(reason=f"more than {CANDIDATES_MAX} candidates")
    return "\r\n".join(kept)


def checked_answer(body: bytes, *, leads: Callable[[AnyAddress], bool]) -> str:
    """A server's answer to our offer, with only those candidates to which `leads` lets us go."""
    if len(body) > OFFER_BYTES_MAX:
        raise MalformedOffer(reason=f"more than {OFFER_BYTES_MAX} bytes")
    try:
        lines = body.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        raise MalformedOffer(reason="it is not UTF-8") from None
    if lines[0] != "v=0":
        raise MalformedOffer(reason="it does not begin with v=0")
    kept = [
        line for line in lines
        if not line.startswith("a=candidate:")
        or (_is_of_use(line) and leads(ip_address(line.split(" ")[4])))
    ]  # fmt: skip
    if sum(line.startswith("a=candidate:") for line in kept) > CANDIDATES_MAX:
        raise UnsuitableOffer(reason=f"more than {CANDIDATES_MAX} candidates")
    return "\r\n".join(kept)


def checked_candidates(body: bytes) -> tuple[dict[str, str], list[str]]:
    """ICE credentials and candidates of a trickled fragment (RFC 8840)."""
    try:
        lines = body.decode().split("\n")
    except UnicodeDecodeError:
        raise MalformedOffer(reason="it is not UTF-8") from None
    lines = [line.strip() for line in lines]
    said = dict(
        line.removeprefix("a=").split(":", 1)
        for line in lines
        if line.startswith(("a=ice-ufrag:", "a=ice-pwd:", "a=mid:"))
    )
    candidates = [line for line in lines if line.startswith("a=candidate:")]
    if not said and not candidates and "a=end-of-candidates" not in lines:
        raise MalformedOffer(reason="there is nothing of ICE in it")
    return said, [line for line in candidates if _is_of_use(line)]


def credentials(offer: str) -> str | None:
    """The ICE user fragment of an offer."""
    found = re.search(r"^a=ice-ufrag:(\S+)", offer, re.MULTILINE)
    return found[1] if found else None


def finished_answer(answer: str, public_address: str) -> str:
    """Our answer: browsers are told to start fast, and where we are seen from outside."""
    lines = []
    for line in answer.replace("\r\n", "\n").split("\n"):
        if line.startswith("a=fmtp:") and "packetization-mode=1" in line:
            lines.append(
                f"{line};x-google-start-bitrate={START_KBPS}"
                f";x-google-min-bitrate={LEAST_KBPS};x-google-max-bitrate={MOST_KBPS}"
            )
        elif public_address and line.startswith("a=candidate:"):
            lines += [line, *_seen_from_outside(line, public_address)]
        else:
            lines.append(line)
    return "\r\n".join(lines)


def _sections(lines: list[str]) -> list[list[str]]:
    sections: list[list[str]] = []
    for line in lines:
        if line.startswith("m="):
            sections.append([])
        if sections:
            sections[-1].append(line)
    if not 0 < len(sections) <= MEDIA_SECTIONS_MAX:
        raise UnsuitableOffer(reason=f"it has {len(sections)} media sections")
    return sections


def _check_kinds(sections: list[list[str]], directions: frozenset[str]) -> None:
    kinds = [section[0].removeprefix("m=").split(" ", 1)[0] for section in sections]
    if kinds.count("video") != 1 or kinds.count("audio") > 1 or set(kinds) - {"video", "audio"}:
        raise UnsuitableOffer(reason="one picture and at most one sound are taken")
    for section in sections:
        said = {line.removeprefix("a=") for line in section} & {
            "sendonly", "recvonly", "sendrecv", "inactive",
        }  # fmt: skip
        if not (said or {"sendrecv"}) & directions:
            raise UnsuitableOffer(reason=f"it is not {' or '.join(sorted(directions))}")


def _check_bundle(lines: list[str], sections: list[list[str]]) -> None:
    """All media on one transport, as RFC 9725 (4.4.1) has it."""
    mids = [line.removeprefix("a=mid:") for one in sections for line in one if "a=mid:" in line]
    groups = [line.split(" ")[1:] for line in lines if line.startswith("a=group:BUNDLE ")]
    if len(mids) != len(sections) or not groups or set(groups[0]) != set(mids):
        raise UnsuitableOffer(reason="its media are not bundled")


def _is_of_use(line: str) -> bool:
    """Only addresses over UDP: names of browsers (mDNS) would be looked up, and lead nowhere."""
    found = CANDIDATE.fullmatch(line.strip())
    if found is None or found[1].lower() != "udp":
        return False
    try:
        address = ip_address(found[2])
    except ValueError:
        return False
    is_port = 0 < int(found[3][:6]) <= CANDIDATE_FIELDS_PORT_MAX
    return is_port and not (address.is_multicast or address.is_unspecified)


def _seen_from_outside(line: str, public_address: str) -> list[str]:
    """The same candidate under the address that a firewall or a cloud gives this machine."""
    fields = line.split(" ")
    if len(fields) < 8 or ip_address(fields[4]).version != ip_address(public_address).version:  # noqa: PLR2004 - RFC 8839, 5.1
        return []
    fields[0] = f"{fields[0]}9"
    fields[3] = str(max(1, int(fields[3]) - 1))
    fields[4] = public_address
    return [" ".join(fields)]
