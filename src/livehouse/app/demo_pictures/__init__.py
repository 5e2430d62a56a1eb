"""Pictures of the demo's goods, drawn by code: the package needs no files and owes nobody."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from livehouse.app.demo_pictures import ceramics, outdoors, tea_table, woollens
from livehouse.app.demo_pictures.canvas import Canvas
from livehouse.foundation.errors import NotFound

# Addresses of pictures that the demo's catalogues name.
SCHEME = "demo:"

DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "teapot": ceramics.teapot,
    "gaiwan": ceramics.gaiwan,
    "cup-crane": partial(ceramics.brushed_cup, "crane"),
    "cup-bamboo": partial(ceramics.brushed_cup, "bamboo"),
    "cup-wave": partial(ceramics.brushed_cup, "wave"),
    "bowl-tenmoku": ceramics.tenmoku_bowl,
    "caddy": ceramics.caddy,
    "tray": tea_table.tray,
    "pitcher": tea_table.pitcher,
    "whisk": tea_table.whisk,
    "kettle": tea_table.kettle,
    "tin-peony": partial(tea_table.tin, "peony"),
    "tin-jasmine": partial(tea_table.tin, "jasmine"),
    "tin-smoke": partial(tea_table.tin, "smoke"),
    "incense": tea_table.incense,
    "vase-celadon": partial(ceramics.vase, "celadon"),
    "vase-moon": partial(ceramics.vase, "moon"),
    "vase-iron": partial(ceramics.vase, "iron"),
    "runner": tea_table.runner,
    "jumper-oat": partial(woollens.jumper, "oat"),
    "jumper-sea": partial(woollens.jumper, "sea"),
    "jumper-rust": partial(woollens.jumper, "rust"),
    "jumper-stripes": woollens.striped_jumper,
    "jumper-yoke": woollens.yoke_jumper,
    "scarf-tide": partial(woollens.scarf, "tide"),
    "scarf-heather": partial(woollens.scarf, "heather"),
    "beanie-bobble": partial(woollens.beanie, "bobble"),
    "beanie-watch": partial(woollens.beanie, "watch"),
    "mittens": woollens.mittens,
    "socks": woollens.socks,
    "blanket": outdoors.blanket,
    "lantern": outdoors.lantern,
    "mug-pine": partial(outdoors.mug, "pine"),
    "mug-cream": partial(outdoors.mug, "cream"),
    "rucksack": outdoors.rucksack,
    "rain-cape": outdoors.rain_cape,
    "yarn": outdoors.yarn,
    "flask": outdoors.flask,
    "pot": outdoors.enamel_pot,
}


class Fetches(Protocol):
    async def fetch(self, address: str) -> bytes: ...


class DemoPictures:
    """Draws what `demo:` names, and leaves every other address to `others`."""

    def __init__(self, others: Fetches) -> None:
        self._others = others

    async def fetch(self, address: str) -> bytes:
        if not address.startswith(SCHEME):
            return await self._others.fetch(address)
        return await asyncio.to_thread(draw, address.removeprefix(SCHEME))


def draw(name: str) -> bytes:
    """The picture as PNG; half a second of a core."""
    drawing = DRAWINGS.get(name)
    if drawing is None:
        raise NotFound
    return drawing().png()
