"""Puts the layers of the stage together for one moment."""

import numpy as np
from msgspec import Struct

from livehouse.media import timecode
from livehouse.media.sources.scene.audience import Audience
from livehouse.media.sources.scene.backdrop import backdrop
from livehouse.media.sources.scene.board import Board
from livehouse.media.sources.scene.layout import layout
from livehouse.media.sources.scene.lights import Lights
from livehouse.media.sources.scene.paint import CHROMA_MIDDLE, SEED, Planes
from livehouse.media.sources.scene.vase import Vase

MOTES = 26
MOTE_SECONDS = 13.0


class StagePicture:
    """What the stage looks like at any programme time; the same moment looks the same."""

    def __init__(self, width: int, height: int, title: str, subtitle: str) -> None:
        self._where = layout(width, height)
        stage = backdrop(self._where)
        self._lights = Lights(self._where, stage)
        self._audience = Audience(self._where, stage)
        self._vase = Vase(self._where)
        self._board = Board(self._where, title, subtitle)
        self._motes = _motes()

    def put_on(self, frame: Planes, at: int) -> None:
        """Paint the whole frame for the programme time `at` (ms)."""
        frame.put(self._lights.at(at), 0, 0)
        self._drift(frame, at)
        self._vase.put_on(frame, at)
        self._audience.put_on(frame, at)
        self._board.put_on(frame, at)
        band = self._where.band
        frame.blue[: band // 2] = frame.red[: band // 2] = round(CHROMA_MIDDLE)
        frame.luma[:band] = timecode.BLACK
        timecode.write(frame.luma, at)

    def _drift(self, frame: Planes, at: int) -> None:
        """Dust that rises through the light."""
        seconds = at / 1000
        where = self._where
        for mote in self._motes:
            way = (seconds / MOTE_SECONDS * mote.speed + mote.start) % 1.0
            x = mote.x + 0.02 * np.sin(seconds * 0.7 + mote.start * 40)
            left = int(x * (where.width - mote.glow.shape[1]))
            rise = where.horizon - where.band - mote.glow.shape[0]
            top = int(where.band + rise * (1 - way))
            under = frame.luma[top : top + mote.glow.shape[0], left : left + mote.glow.shape[1]]
            light = mote.glow * np.float32(np.sin(way * np.pi))
            np.minimum(under, 215, out=under)
            under += light.astype(np.uint8)


class _Mote(Struct, frozen=True):
    x: float
    start: float
    speed: float
    glow: np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def _motes() -> list[_Mote]:
    random = np.random.default_rng(SEED)
    motes = []
    for _ in range(MOTES):
        size = int(random.integers(5, 11))
        y, x = np.mgrid[0:size, 0:size] - (size - 1) / 2
        glow = np.exp(-(x**2 + y**2) / (size * 0.22) ** 2) * random.uniform(14, 38)
        motes.append(
            _Mote(
                x=float(random.uniform(0.14, 0.86)),
                start=float(random.uniform(0, 1)),
                speed=float(random.uniform(0.7, 1.6)),
                glow=glow.astype(np.float32),
            )
        )
    return motes
