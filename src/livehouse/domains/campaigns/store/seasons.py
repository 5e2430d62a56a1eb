"""Campaigns, their lines and their pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from livehouse.domains.campaigns.errors import CampaignSlugTaken, EditedMeanwhile, LineInUse
from livehouse.domains.campaigns.model import Block, Campaign, CampaignId, Line, LineId, Words
from livehouse.domains.campaigns.tables import campaign_lines, campaigns
from livehouse.foundation.errors import NotFound
from livehouse.storage.database import Transaction

_COLUMNS = [one for one in campaigns.c if one.name not in {"draft", "blocks"}]


async def add(tx: Transaction, campaign: Campaign, draft: Sequence[Block]) -> None:
    added = await tx.execute(
        insert(campaigns)
        .values(
            id=campaign.id, slug=campaign.slug, draft=_plain(draft), blocks=[], version=0,
            **_settings(campaign),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    if added.rowcount == 0:
        raise CampaignSlugTaken(slug=campaign.slug)


async def save(tx: Transaction, campaign: Campaign) -> None:
    await tx.execute(
        update(campaigns).where(campaigns.c.id == campaign.id).values(**_settings(campaign))
    )


async def by_slug(tx: Transaction, slug: str) -> Campaign:
    row = (await tx.execute(select(*_COLUMNS).where(campaigns.c.slug == slug))).first()
    if row is None:
        raise NotFound
    return _campaign(row)


async def by_ids(tx: Transaction, ids: Sequence[CampaignId]) -> list[Campaign]:
    rows = await tx.execute(select(*_COLUMNS).where(campaigns.c.id.in_(ids)))
    return [_campaign(row) for row in rows]


async def newest(tx: Transaction, limit: int) -> list[Campaign]:
    rows = await tx.execute(select(*_COLUMNS).order_by(campaigns.c.ends_at.desc()).limit(limit))
    return [_campaign(row) for row in rows]


async def open_to_all(tx: Transaction, now: datetime, limit: int) -> list[Campaign]:
    """Published and not over, those that begin first before others."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(campaigns.c.ends_at > now, campaigns.c.published_at.is_not(None))
        .order_by(campaigns.c.starts_at)
        .limit(limit)
    )
    return [_campaign(row) for row in rows]


async def draft(tx: Transaction, campaign_id: CampaignId) -> tuple[Block, ...]:
    return await _blocks(tx, campaign_id, "draft")


async def published(tx: Transaction, campaign_id: CampaignId) -> tuple[Block, ...]:
    return await _blocks(tx, campaign_id, "blocks")


async def save_draft(
    tx: Transaction, campaign_id: CampaignId, blocks: Sequence[Block], *, version: int
) -> None:
    """Keep the draft that was made from `version`; another's change is never written over."""
    saved = await tx.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.version == version)
        .values(draft=_plain(blocks), version=version + 1)
    )
    if saved.rowcount == 0:
        raise EditedMeanwhile


async def publish(tx: Transaction, campaign_id: CampaignId, *, version: int, now: datetime) -> None:
    done = await tx.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.version == version)
        .values(blocks=campaigns.c.draft, published_at=now)
    )
    if done.rowcount == 0:
        raise EditedMeanwhile


async def unpublish(tx: Transaction, campaign_id: CampaignId) -> None:
    await tx.execute(
        update(campaigns).where(campaigns.c.id == campaign_id).values(published_at=None)
    )


async def lines_of(tx: Transaction, campaign_id: CampaignId) -> list[Line]:
    """In the order in which they were made."""
    rows = await tx.execute(
        select(campaign_lines)
        .where(campaign_lines.c.campaign_id == campaign_id)
        .order_by(campaign_lines.c.id)
    )
    return [Line(LineId(row.id), msgspec.convert(row.name, Words), row.hue) for row in rows]


async def add_line(tx: Transaction, campaign_id: CampaignId, line: Line) -> None:
    await tx.execute(
        campaign_lines.insert().values(
            id=line.id, campaign_id=campaign_id, name=msgspec.to_builtins(line.name), hue=line.hue
        )
    )


async def save_line(tx: Transaction, campaign_id: CampaignId, line: Line) -> None:
    saved = await tx.execute(
        update(campaign_lines)
        .where(campaign_lines.c.id == line.id, campaign_lines.c.campaign_id == campaign_id)
        .values(name=msgspec.to_builtins(line.name), hue=line.hue)
    )
    if saved.rowcount == 0:
        raise NotFound


async def remove_line(tx: Transaction, campaign_id: CampaignId, line_id: LineId) -> None:
    try:
        await tx.execute(
            delete(campaign_lines).where(
                campaign_lines.c.id == line_id, campaign_lines.c.campaign_id == campaign_id
            )
        )
    except IntegrityError as error:
        raise LineInUse from error


async def _blocks(tx: Transaction, campaign_id: CampaignId, column: str) -> tuple[Block, ...]:
    found = await tx.execute(select(campaigns.c[column]).where(campaigns.c.id == campaign_id))
    return msgspec.convert(found.scalar_one(), tuple[Block, ...])


def _plain(blocks: Sequence[Block]) -> object:
    return msgspec.to_builtins(list(blocks))


def _settings(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": msgspec.to_builtins(campaign.name),
        "starts_at": campaign.starts_at,
        "ends_at": campaign.ends_at,
        "sale_at": campaign.sale_at,
        "thresholds": msgspec.to_builtins(campaign.thresholds),
        "published_at": campaign.published_at,
    }


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        id=CampaignId(row.id),
        slug=row.slug,
        name=msgspec.convert(row.name, Words),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sale_at=row.sale_at,
        thresholds={one: tuple(amounts) for one, amounts in row.thresholds.items()},
        version=row.version,
        published_at=row.published_at,
    )
