"""Public addresses: claimed once, kept for ever."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.stores.errors import SlugTaken
from livehouse.domains.stores.tables import slugs
from livehouse.storage.database import Transaction


async def claim_slug(tx: Transaction, kind: str, slug: str, target_id: UUID) -> None:
    """Make `slug` the address of `target_id`; its earlier ones go on leading there.

    Refuses what anybody else ever had; an address of one's own may come back.
    """
    claimed = await tx.execute(
        insert(slugs)
        .values(kind=kind, slug=slug, target_id=target_id, is_current=True)
        .on_conflict_do_update(
            index_elements=[slugs.c.kind, slugs.c.slug],
            set_={"is_current": True},
            where=slugs.c.target_id == target_id,
        )
    )
    if claimed.rowcount == 0:
        raise SlugTaken(slug=slug)
    await tx.execute(
        update(slugs)
        .where(slugs.c.kind == kind, slugs.c.target_id == target_id, slugs.c.slug != slug)
        .values(is_current=False)
    )


async def find_slug(tx: Transaction, kind: str, slug: str) -> UUID | None:
    """What `slug` names or once named."""
    found: UUID | None = (
        await tx.execute(
            select(slugs.c.target_id).where(slugs.c.kind == kind, slugs.c.slug == slug)
        )
    ).scalar_one_or_none()
    return found
