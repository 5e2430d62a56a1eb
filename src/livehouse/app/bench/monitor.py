"""The studio's monitor in a browser: what the host sees of the show by WebRTC, without delay."""

import secrets

import msgspec

from livehouse.app.bench.chromium import Tab
from livehouse.app.bench.screen import BURNT, FIND
from livehouse.app.platform import Platform
from livehouse.foundation.ids import StoreId
from livehouse.foundation.roles import Role

READY_MS_MAX = 45_000
EMAIL = "monitor@bench.example"

_ENTER = """(async () => {
  const page = await (await fetch("/sign-in")).text();
  const form = new DOMParser().parseFromString(page, "text/html").querySelector(
    'form[action="/sign-in"]');
  const said = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(%s)) said.set(name, value);
  const answer = await fetch("/sign-in", { method: "POST", body: said });
  if (!answer.ok || new URL(answer.url).pathname === "/sign-in") throw new Error("not let in");
})()"""
_READY = f"""new Promise((resolve, reject) => {{
  {FIND}
  const until = Date.now() + {READY_MS_MAX};
  const look = () => {{
    const monitor = find("LH-MONITOR");
    const isOn = monitor?._watching === "on";
    if (isOn && monitor.renderRoot.querySelector("video")?.videoWidth) resolve(true);
    else if (Date.now() > until) reject(new Error("no monitor: " + monitor?._watching));
    else setTimeout(look, 50);
  }};
  look();
}})"""
# The moment of each look and the clock in the picture, as often as pictures come.
_LOOK = """new Promise((resolve, reject) => {
  %s
  const looks = [], until = Date.now() + %d;
  let last = 0;
  const look = () => {
    if (find("LH-MONITOR")?._watching !== "on") return reject(new Error("the monitor was lost"));
    const at = burnt(), now = Date.now();
    if (now - last >= 100 && at) looks.push([last = now, at]);
    if (now < until) requestAnimationFrame(look); else resolve(looks);
  };
  look();
})"""


async def enter_studio(
    tab: Tab, address: str, platform: Platform, store_id: StoreId, show_slug: str
) -> None:
    """Sign a host in, and open the show's studio; back when its monitor shows pictures."""
    password = secrets.token_urlsafe()
    host = await platform.people.accounts.sign_up(
        email=EMAIL, name="Mei Lin", password=password, language="en"
    )
    await platform.people.memberships.grant(host.id, Role.OWNER, store_id)
    await tab.open(f"{address}/sign-in")
    said = msgspec.json.encode({"email": EMAIL, "password": password}).decode()
    await tab.value(_ENTER % said)
    await tab.open(f"{address}/studio/{show_slug}")
    await tab.value(_READY)


async def look_at_monitor(tab: Tab, seconds: float) -> list[float]:
    """How late the picture was (ms) at each look."""
    looks = msgspec.convert(
        await tab.value(_LOOK % (BURNT, seconds * 1_000)), list[tuple[int, int]]
    )
    return [now - burnt for now, burnt in looks]
