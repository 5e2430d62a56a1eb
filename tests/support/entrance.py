"""The WHIP endpoint on a port of its own, with the inputs behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.problems import refusals_as_problems
from livehouse.media.webrtc.links import WebRtcLinks
from livehouse.media.webrtc.whip import Whip
from tests.support.cameras import ROOM, KeyedGate

POLITE = "a-key-that-does-not-push"


@dataclass(frozen=True)
class Entrance:
    """Where cameras come in, and what they come in to."""

    url: str
    http: aiohttp.ClientSession
    inputs: Inputs
    gate: KeyedGate
    folder: Path


@asynccontextmanager
async def an_entrance(folder: Path, clock: Clock) -> AsyncIterator[Entrance]:
    gate = KeyedGate(**{POLITE: Welcome(ROOM, second="refuse")})
    inputs = Inputs(gate, clock)
    links = WebRtcLinks(ice_servers=("stun:stun.example:3478", "turn:ann:secret@turn.example"))
    whip = Whip(inputs, clock, links)
    application = web.Application(middlewares=[refusals_as_problems], client_max_size=64 * 1024)
    application.add_routes(whip.routes())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    async with whip.carrying(), aiohttp.ClientSession() as http:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/whip/{ROOM}"
        yield Entrance(url, http, inputs, gate, folder)
    await runner.cleanup()
