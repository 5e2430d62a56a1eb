"""The connection to one browser or encoder: its offer, our answer, candidates that come later."""

import asyncio
from contextlib import suppress

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from livehouse.media.webrtc.errors import MalformedOffer, UnsuitableOffer
from livehouse.media.webrtc.limits import CANDIDATES_MAX, CLOSE_SECONDS_MAX
from livehouse.media.webrtc.offers import credentials

GONE_STATES = frozenset({"failed", "closed"})


class Peer:
    """Gathers no addresses beyond this machine's: by default aiortc asks a server of Google's."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._user = ""
        self._candidates = 0

    @property
    def is_gone(self) -> bool:
        return self.connection.connectionState in GONE_STATES

    @property
    def is_connected(self) -> bool:
        return self.connection.connectionState == "connected"

    async def take(self, offer: str) -> None:
        """`MalformedOffer`, `UnsuitableOffer`."""
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        except Exception as error:
            raise _refusal(error) from error
        self._user = credentials(offer) or ""

    async def answer(self) -> str:
        try:
            await self.connection.setLocalDescription(await self.connection.createAnswer())
        except Exception as error:
            raise _refusal(error) from error
        return self.connection.localDescription.sdp

    async def offer(self) -> str:
        """Our offer, with all our candidates in it."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        """The other side's answer to our offer; `MalformedOffer`, `UnsuitableOffer`."""
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except Exception as error:
            raise _refusal(error) from error

    async def stands(self) -> bool:
        """Waits until it is connected, or it is clear that it will never be."""
        changed = asyncio.Event()
        self.connection.on("connectionstatechange", changed.set)
        while not (self.is_connected or self.is_gone):
            changed.clear()
            await changed.wait()
        return self.is_connected

    def is_restart(self, user: str) -> bool:
        """Whether ICE credentials are others than those of the offer."""
        return user != self._user

    async def add_candidate(self, line: str, mid: str) -> None:
        self._candidates += 1
        if self._candidates > CANDIDATES_MAX:
            raise UnsuitableOffer(reason=f"more than {CANDIDATES_MAX} candidates")
        try:
            candidate = candidate_from_sdp(line.removeprefix("a=candidate:"))
        except (ValueError, IndexError, AssertionError) as error:
            raise MalformedOffer(reason="a candidate cannot be read") from error
        candidate.sdpMid = mid
        with suppress(ValueError):  # after the end of candidates
            await self.connection.addIceCandidate(candidate)

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                await self.connection.close()


def _refusal(error: Exception) -> MalformedOffer | UnsuitableOffer:
    """The parser tells of hostile input by whatever exception it stumbles over."""
    reason = f"{type(error).__name__}: {error}"
    if "send parameters" in reason:
        return UnsuitableOffer(reason="it has no codec that we share")
    return MalformedOffer(reason=reason)
