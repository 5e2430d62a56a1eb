"""A campaign is made without code, stores take part, and everybody visits its venue."""

from datetime import timedelta

from livehouse.domains.campaigns.pages import routes
from livehouse.foundation.roles import Role
from tests.domains.campaigns.seasons import Season
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, an_identity

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx"
    b"\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)
OPERATOR = an_identity(9, is_operator=True)


def plan(**changed: str) -> dict[str, str]:
    return {
        "name_en": "Autumn nights", "name_zh": "秋夜", "slug": "autumn",
        "starts_at": "2025-12-31T00:00", "ends_at": "2026-01-20T00:00",
        "sale_at": "2026-01-11T00:00", "thresholds": "EUR 100000 1000000",
    } | changed  # fmt: skip


async def the_version(season: Season) -> int:
    return (await season.campaigns.by_slug("autumn")).version


async def test_an_operator_makes_a_page_of_blocks_and_publishes_it(world: ShowsWorld) -> None:
    season = Season(world)
    async with season.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        made = await web.post_form("/operator/campaigns", **plan())
        assert made.status_code == 303
        base = "/operator/campaigns/autumn"
        await web.post_form(f"{base}/lines", name_en="Music", name_zh="音乐", hue=20)
        added = await web.post_form(f"{base}/blocks", kind="text", version=0)
        assert added.headers["location"] == f"{base}/page?block=6#block-6"
        await web.post_form(
            f"{base}/blocks/6", kind="text", version=1, heading_en="Welcome",
            text_en="<b>Not bold</b>", text_zh="欢迎",
        )  # fmt: skip
        await web.post_form(f"{base}/blocks/6/up", version=2)
        editor = await web.get(f"{base}/page")
        hidden = await web.get("/campaigns/autumn")
        preview = await web.get(f"{base}/preview")
        version = await the_version(season)
        await web.post_form(f"{base}/publish", version=version)
        shown = await web.get("/campaigns/autumn")
        chinese = await web.get("/venues/autumn/zh-Hans")

    assert "Welcome" in editor.text
    assert hidden.status_code == 404
    assert "Only operators see it" in preview.text
    for page in (preview, shown):
        assert "&lt;b&gt;Not bold&lt;/b&gt;" in page.text
        assert 'data-clock="2026-01-11T00:00:00+00:00"' in page.text
    assert "秋夜" in chinese.text
    assert "欢迎" in chinese.text
    assert chinese.headers["cache-control"].startswith("public")
    assert "set-cookie" not in chinese.headers


async def test_a_draft_that_another_changed_is_not_written_over(world: ShowsWorld) -> None:
    season = Season(world)
    await season.a_campaign()
    async with season.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        base = "/operator/campaigns/autumn"
        for kind in ("text", "picture"):
            await web.post_form(f"{base}/blocks", kind=kind, version=0)
        late = await web.post_form(f"{base}/publish", version=0)
        page = await web.get(late.headers["location"])

    campaign = await season.campaigns.by_slug("autumn")
    assert campaign.version == 1
    assert campaign.published_at is None
    assert "Somebody else has changed this page" in page.text


async def test_what_a_block_cannot_hold_is_refused(world: ShowsWorld) -> None:
    season = Season(world)
    await season.a_campaign()
    bad: list[dict[str, object]] = [
        {"kind": "picture", "link": "https://elsewhere.test"},
        {"kind": "picture", "link": "//elsewhere.test"},
        {"kind": "picture", "picture": "../../secret"},
        {"kind": "board", "by": "luck"},
        {"kind": "tiles", "count": 5000},
        {"kind": "script"},
        {"kind": "text", "heading_en": "x" * 190},
    ]
    async with season.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        for fields in bad:
            await web.post_form("/operator/campaigns/autumn/blocks/0", version=0, **fields)
        no_such = await web.post_form("/operator/campaigns/autumn/blocks/99/up", version=0)

    assert no_such.status_code in {303, 404}
    assert await the_version(season) == 0


async def test_an_operator_puts_a_picture_on_the_page(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, _ = await season.a_campaign()
    async with season.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        await web.http.post(
            "/operator/campaigns/autumn/blocks/0",
            data={"csrf_token": await web.csrf_token(), "kind": "hero", "version": "0"},
            files={"file": ("a.png", PIXEL, "image/png")},
            headers={"Accept": "text/html"},
        )
        preview = await web.get("/operator/campaigns/autumn/preview")

    hero = (await season.campaigns.draft(campaign.id))[0]
    picture = getattr(hero, "picture", "")
    assert f"/media/{picture}-960.webp" in preview.text
    assert len(picture) == 40


async def test_a_store_applies_and_takes_part_when_an_operator_accepts(world: ShowsWorld) -> None:
    season = Season(world)
    _, line = await season.a_campaign()
    await season.campaigns.publish("autumn", version=0)
    show = await world.a_show()
    fields = {"campaign": "autumn", "show": "tea-time", "line": str(line.id)}
    async with season.web(*routes) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        offered = await web.get("/console/tea-house/campaigns")
        await web.post_form("/console/tea-house/campaigns", **fields)
        applied = await web.get("/console/tea-house/campaigns")
        before = await programme(web)
        web.sign_in_as(OPERATOR)
        asked = await web.get("/operator/campaigns/autumn/shows")
        await web.post_form(f"/operator/campaigns/autumn/shows/{show.id}/accept")
        after = await programme(web)
        await world.reminders.wish("tea-time", OPERATOR.person_id)
        reminded = await programme(web)
        none = await programme(web, "?day=2026-01-05")
        of_line = await programme(web, f"?day=2026-01-01&line={line.id}")

    assert 'value="tea-time"' in offered.text
    assert "You have applied" in applied.text
    assert "Tea time" in asked.text
    assert "Tea time" not in before
    assert "Tea time" in after
    assert ">Remind me" in after
    assert "Do not remind me" in reminded
    assert "Tea time" not in none
    assert "Tea time" in of_line


async def test_an_invited_store_answers_itself_and_no_other(world: ShowsWorld) -> None:
    season = Season(world)
    _, line = await season.a_campaign()
    show = await world.a_show()
    other = await world.a_store("coffee-house")
    answer = {"campaign": "autumn", "show": str(show.id), "answer": "accept"}
    async with season.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        await web.post_form(
            "/operator/campaigns/autumn/shows", show="tea-time", line=str(line.id)
        )  # fmt: skip
        web.sign_in_as(member_of(other.id, Role.OWNER))
        refused = [
            await web.post_form("/console/coffee-house/campaigns/answer", **answer),
            await web.post_form("/console/tea-house/campaigns/answer", **answer),
            await web.post_form(f"/operator/campaigns/autumn/shows/{show.id}/accept"),
        ]
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        taken = await web.post_form("/console/tea-house/campaigns/answer", **answer)

    assert [one.status_code for one in refused] == [404, 404, 404]
    assert taken.status_code == 303
    (entry, _), *_ = await season.campaigns.of_store(show.room.store_id)
    assert entry.state.value == "accepted"


async def test_a_long_programme_is_paged_and_loses_nobody(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, line = await season.a_campaign()
    await season.campaigns.publish("autumn", version=0)
    store = await world.a_store()
    for number in range(60):
        show = await world.a_show(f"show-{number}", store=store, title=f"Show {number}.")
        await season.taking_part(campaign, line, show)
    lines = await season.campaigns.lines(campaign.id)
    seen: list[str] = []
    after = ""
    while True:
        found = await season.venues.schedule(
            campaign, lines, "en", since=campaign.starts_at,
            until=campaign.starts_at + timedelta(days=5), after=after,
        )  # fmt: skip
        seen += [one.slug for one in found.shows]
        after = found.following
        if not after:
            break

    assert len(seen) == len(set(seen)) == 60


async def test_a_crowd_costs_as_one_visitor(world: ShowsWorld) -> None:
    season = Season(world)
    await season.a_campaign()
    await season.campaigns.publish("autumn", version=0)
    async with season.web(*routes) as web:
        first = await web.get("/venues/autumn/en")
        await season.campaigns.unpublish("autumn")
        kept = await web.get("/venues/autumn/en")
        world.clock.set(world.clock.now() + timedelta(seconds=4))
        gone = await web.get("/venues/autumn/en")
        nowhere = [await web.get(f"/venues/{path}") for path in ("autumn/fr", "winter/en")]

    assert first.text == kept.text
    assert gone.status_code == 404
    assert [one.status_code for one in nowhere] == [404, 404]


async def programme(web: WebClient, query: str = "") -> str:
    page = await web.get(f"/campaigns/autumn/schedule{query}")
    assert page.status_code == 200
    return page.text
