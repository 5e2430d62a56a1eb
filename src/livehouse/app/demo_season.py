"""The demo's campaign: a season with its venue page, in which both rooms of the night take part."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from livehouse.app.demo_tonight import Night
from livehouse.app.platform import Platform
from livehouse.domains.campaigns import Campaign, Plan, Words
from livehouse.domains.campaigns.model import (
    Block,
    Board,
    Countdown,
    Hero,
    Lines,
    OfferShelf,
    Prose,
    Schedule,
    Tiles,
)
from livehouse.domains.shows import Show
from livehouse.foundation.errors import NotFound

SLUG = "lantern-season"
NAME = Words("Lantern Season", "灯会季")
LASTS = timedelta(days=60)
BEGAN = timedelta(days=1)
# A house that is opened again so shortly before the end of its season gets a longer one.
LEFT_MIN = timedelta(days=7)
THRESHOLDS = {"EUR": (500_00, 5_000_00)}
LINES = (
    (Words("Music", "音乐"), 280),
    (Words("Local specialties", "地方特产"), 150),
    (Words("New in the house", "新品"), 30),
)


async def open_season(platform: Platform, shows: Sequence[Show]) -> None:
    """Make the campaign unless it is there, with its page and these `shows` in its last line."""
    campaigns, now = platform.campaigns, platform.clock.now()
    try:
        found = await campaigns.by_slug(SLUG)
    except NotFound:
        await campaigns.create(SLUG, _plan(now - BEGAN, now + LASTS, None))
        for name, hue in LINES:
            await campaigns.add_line(SLUG, name, hue)
    else:
        if found.ends_at < now + LEFT_MIN:
            await campaigns.change(SLUG, _plan(now - BEGAN, now + LASTS, None))
    for show in shows:
        await _take_part(platform, show, line=-1)


async def enter(platform: Platform, night: Night) -> None:
    """Both rooms take part, and the page shows what the deal room offers."""
    await _take_part(platform, night.stage, line=0)
    await _take_part(platform, night.deal, line=1)
    campaign = await platform.campaigns.by_slug(SLUG)
    wanted = _blocks(night.deal.slug)
    if await platform.campaigns.draft(campaign.id) != wanted or campaign.published_at is None:
        await _publish(platform, campaign, wanted)


async def announce(platform: Platform, sale_at: datetime) -> None:
    """The moment that the page counts down to: the next midnight."""
    campaign = await platform.campaigns.by_slug(SLUG)
    if campaign.sale_at != sale_at:
        await platform.campaigns.change(SLUG, _plan(campaign.starts_at, campaign.ends_at, sale_at))


async def _take_part(platform: Platform, show: Show, *, line: int) -> None:
    campaign = await platform.campaigns.by_slug(SLUG)
    lines = await platform.campaigns.lines(campaign.id)
    await platform.campaigns.apply(SLUG, show, lines[line].id)
    await platform.campaigns.accept(SLUG, show.id)


async def _publish(platform: Platform, campaign: Campaign, blocks: Sequence[Block]) -> None:
    """Put these blocks in the place of those that are there, as an operator would."""
    campaigns, version = platform.campaigns, campaign.version
    for place in reversed(range(len(await campaigns.draft(campaign.id)))):
        await campaigns.move_block(SLUG, place, "remove", version=version)
        version += 1
    for place, block in enumerate(blocks):
        await campaigns.add_block(SLUG, str(type(block).__struct_config__.tag), version=version)
        await campaigns.change_block(SLUG, place, block, version=version + 1)
        version += 2
    await campaigns.publish(SLUG, version=version)


def _plan(starts_at: datetime, ends_at: datetime, sale_at: datetime | None) -> Plan:
    return Plan(
        name=NAME, starts_at=starts_at, ends_at=ends_at, sale_at=sale_at, thresholds=THRESHOLDS
    )


def _blocks(deal_slug: str) -> tuple[Block, ...]:
    return (
        Hero(
            heading=NAME,
            text=Words(
                "Songs on the stage, tea in the deal room, and midnight every few minutes.",
                "台上有歌，优惠间有茶，每隔几分钟就是一次零点。",
            ),
        ),
        Countdown(heading=Words("To the next midnight", "距下一次零点")),
        Tiles(heading=Words("On now", "正在直播")),
        OfferShelf(heading=Words("In the deal room", "优惠间好物"), show=deal_slug),
        Board(heading=Words("Most watched", "观看榜"), by="watched"),
        Board(heading=Words("Rooms by sales", "成交榜"), currency="EUR"),
        Lines(heading=Words("Themes", "主题会场")),
        Schedule(heading=Words("Programme", "日程")),
        Prose(
            heading=Words("What is simulated here", "这里哪些是模拟的"),
            text=Words(
                "This is a demo. The audience, its chat, votes and orders are simulated by"
                " programs that enter as viewers do. You can watch, vote, join the draws and buy:"
                " no money moves and nothing is sent.",
                "这是一个演示。观众以及他们的弹幕、投票和订单都由程序模拟，它们和真实观众走同样的入口。"
                "您可以观看、投票、参与抽奖和下单：不会产生真实付款，也不会发货。",
            ),
        ),
    )
