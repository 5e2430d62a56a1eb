"""What a page may not do: stick out, be hard to press, read or hear, speak the wrong language."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from msgspec import Struct
from playwright.async_api import Page

from tools.shots_house import CONTENT

ROOT = Path(__file__).parents[1]
ASK = (ROOT / "tools/shots_page.js").read_text()
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
CATALOGUE = ROOT / "src/livehouse/web/locale/zh_Hans/LC_MESSAGES/livehouse.po"
AXE_RUN = """async () => {
  const result = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return result.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .flatMap((one) => one.nodes.slice(0, 3).map((node) => {
      const told = [...node.any, ...node.all, ...node.none][0];
      const target = node.target.flat(3).join(" ");
      return `${one.id} (${one.impact}) at ${target}: ${told ? told.message : one.help}`;
    }));
}"""
LATIN_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,}")
PLACE = re.compile(r"%\([a-z_]+\)s|\{[a-z_]+\}|%%")
# What has the same name in every language, or is not ours to translate.
NAMES = frozenset(
    LATIN_WORD.findall(
        "Livehouse English API CSV SKU URL HTML JavaScript Shopify Image Src EUR CNY JPY USD GBP"
        " Europe Berlin UTC example house csv jpg orders write read catalogue shows https http"
        " final really kiln autumn spoilt holiday tea dusk tideline bare localhost"
        f" {CONTENT}"
    )
)


class Finding(Struct, frozen=True, order=True):
    """`kind` is the check, `where` the picture, `what` is for whoever mends it."""

    kind: str
    what: str
    where: str


async def settle(page: Page) -> None:
    """Wait until pictures are there and nothing moves that ends."""
    await page.evaluate(f"{ASK}.settled()")


async def of_layout(page: Page, *, is_phone: bool) -> list[tuple[str, str]]:
    """What sticks out, and on phones what is too small to press."""
    found = [("overflow", what) for what in await page.evaluate(f"{ASK}.overflow()")]
    if is_phone:
        found += [("target", what) for what in await page.evaluate(f"{ASK}.targets()")]
    return found


async def of_access(page: Page) -> list[tuple[str, str]]:
    """What axe-core calls serious or critical, in the page and in open shadow roots."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_axe())
    return [("axe", what) for what in await page.evaluate(AXE_RUN)]


async def of_language(page: Page) -> list[tuple[str, str]]:
    """English on a Chinese page: of the catalogue, or of no catalogue at all."""
    return [("language", what) for what in untranslated(await page.evaluate(f"{ASK}.words()"))]


def untranslated(texts: Iterable[str]) -> list[str]:
    """Which of the texts, as they stand on a Chinese page, ought to be Chinese."""
    found = []
    for text in texts:
        whole, with_places = _english()
        # Codes, of currencies and orders, stay as they are.
        latin = [word for word in LATIN_WORD.findall(text) if not word.isupper()]
        rest = [word for word in latin if word not in NAMES]
        if text in whole or any(rest and pattern.fullmatch(text) for pattern in with_places):
            found.append(f"of the catalogue: {text}")
        elif rest:
            found.append(f"not in the catalogue? {text[:80]} ({', '.join(rest[:5])})")
    return found


@cache
def _axe() -> str:
    return AXE.read_text()


@cache
def _english() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every message of the catalogue whose translation differs or is missing, as it may appear."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    whole, with_places = set(), []
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        told = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for msgid in ids:
            if not msgid or msgid in told or not LATIN_WORD.search(PLACE.sub("", msgid)):
                continue
            parts = [re.sub(r"\s+", " ", part) for part in PLACE.split(msgid)]
            if len(parts) == 1:
                whole.add(parts[0].strip())
            else:
                with_places.append(re.compile(".+?".join(map(re.escape, parts))))
    return frozenset(whole), tuple(with_places)
