"""Rewards for friends: the store makes the rules, the sharer sees who they brought and what it
brought them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd.model.rewards import POINTS_MAX, Reward
from livehouse.domains.crowd.model.sharing import (
    FRIENDS_MAX,
    HOLD_DAYS_MAX,
    MINUTES_MAX,
    TOTAL_MAX,
    Deed,
    Rule,
    Terms,
)
from livehouse.domains.crowd.pages.trades import OFFERING_ROLES
from livehouse.domains.crowd.service import Crowd
from livehouse.domains.crowd.service.sharing import Standing
from livehouse.domains.invites import Invites, Tree
from livehouse.domains.offers import choices
from livehouse.domains.people import People, masked
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import CouponId, PersonId, RuleId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store, require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer

HOLD_DAYS = 14


class RuleForm(Struct):
    """`points` for each friend, or one `coupon` with the terms of one of the store's."""

    deed: Literal["watch", "buy"]
    friends_max: Annotated[int, Meta(ge=1, le=FRIENDS_MAX)]
    total: Annotated[int, Meta(ge=1, le=TOTAL_MAX)]
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] | None = None
    coupon: UUID | None = None
    minutes: Annotated[int, Meta(ge=0, le=MINUTES_MAX)] | None = None
    hold_days: Annotated[int, Meta(ge=0, le=HOLD_DAYS_MAX)] | None = None


class RuleRow(Struct, frozen=True, kw_only=True):
    """`label` is the coupon's; `left` is for how many friends there is more."""

    id: RuleId
    deed: str
    minutes: int
    points: int
    label: str
    friends_max: int
    hold_days: int
    given: int
    held: int
    left: int
    is_over: bool


class StoreSharingPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "crowd/store_sharing.html"

    store: Store
    section: str = "sharing"
    rules: list[RuleRow]
    sources: list[tuple[str, str]]
    may_offer: bool
    form: Form[RuleForm]


class FriendRow(Struct, frozen=True):
    """A friend as far as one is told, and how many they brought in turn."""

    name: str
    brought: int


class TreeCard(Struct, frozen=True, kw_only=True):
    title: str
    path: str
    brought: int
    below: int
    friends: list[FriendRow]


class RewardRow(Struct, frozen=True, kw_only=True):
    """`state` is held, given or withdrawn; `due_at` is until when it is held."""

    friend: str
    deed: str
    minutes: int
    points: int
    label: str
    state: str
    due_at: datetime


class FriendsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "crowd/friends.html"

    trees: list[TreeCard]
    rewards: list[RewardRow]


@get("/console/{slug:str}/sharing")
async def store_sharing(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug)
    form: Form[RuleForm] = Form.blank(
        deed="watch", points=10, minutes=5, friends_max=20, total=1_000, hold_days=HOLD_DAYS
    )
    return render(await _page(viewer, store, crowd, form))


@post("/console/{slug:str}/sharing")
async def make_rule(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug, *OFFERING_ROLES)
    form = await read_form(request, RuleForm)
    if form.value is not None:
        try:
            await crowd.sharing.promise(store.id, typed_terms(form.value))
            return render.see_other(f"/console/{store.slug}/sharing", N_("It counts from now on."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(viewer, store, crowd, form), status_code=422)


@post("/console/{slug:str}/sharing/{rule_id:uuid}/end")
async def end_rule(
    *,
    slug: FromPath[str],
    rule_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug, *OFFERING_ROLES)
    await crowd.sharing.end(store.id, RuleId(rule_id))
    here = f"/console/{store.slug}/sharing"
    return render.see_other(here, N_("It has ended. What is held is given in its time."))


@get("/friends")
async def friends_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    invites: Service[Invites],
    people: Service[People],
    crowd: Service[Crowd],
) -> Html:
    """Whom the viewer brought to what, and what stores gave for it."""
    person_id = require_signed_in(viewer)
    trees = await invites.trees(person_id)
    rewards = await crowd.sharing.of_sharer(person_id)
    ids = {one.person_id for tree in trees for one in tree.friends}
    names = await people.accounts.names([*ids, *(one.friend_id for one, _ in rewards)])
    return render(
        FriendsPage(
            trees=[_card(tree, names) for tree in trees],
            rewards=[
                RewardRow(
                    friend=_name(names, one.friend_id),
                    deed=rule.terms.deed.value,
                    minutes=rule.terms.minutes,
                    points=rule.terms.reward.points,
                    label=rule.label,
                    state=one.state.value,
                    due_at=one.due_at,
                )
                for one, rule in rewards
            ],
        )
    )


def typed_terms(typed: RuleForm) -> Terms:
    """What was typed; of minutes and days the one that fits, and a coupon counts one friend."""
    deed = Deed(typed.deed)
    coupon_id = CouponId(typed.coupon) if typed.coupon else None
    return Terms(
        deed=deed,
        reward=Reward(points=0 if coupon_id else typed.points or 0, coupon_id=coupon_id),
        friends_max=1 if coupon_id else typed.friends_max,
        total=typed.total,
        minutes=typed.minutes or 0 if deed is Deed.WATCH else 0,
        hold_days=typed.hold_days or 0 if deed is Deed.BUY else 0,
    )


async def _page(
    viewer: Viewer, store: Store, crowd: Crowd, form: Form[RuleForm]
) -> StoreSharingPage:
    return StoreSharingPage(
        store=store,
        rules=[_row(one) for one in await crowd.sharing.of_store(store.id)],
        sources=choices(await crowd.coupons.promisable_by(store.id)),
        may_offer=has_role(viewer, store.id, *OFFERING_ROLES),
        form=form,
    )


def _row(one: Standing) -> RuleRow:
    rule: Rule = one.rule
    return RuleRow(
        id=rule.id,
        deed=rule.terms.deed.value,
        minutes=rule.terms.minutes,
        points=rule.terms.reward.points,
        label=rule.label,
        friends_max=rule.terms.friends_max,
        hold_days=rule.terms.hold_days,
        given=one.counts.given,
        held=one.counts.held,
        left=one.left,
        is_over=rule.ended_at is not None,
    )


def _card(tree: Tree, names: dict[PersonId, str]) -> TreeCard:
    friends: Sequence[FriendRow] = [
        FriendRow(_name(names, one.person_id), tree.in_turn.get(one.person_id, 0))
        for one in tree.friends
    ]
    return TreeCard(
        title=tree.place.title,
        path=tree.place.path,
        brought=tree.brought,
        below=tree.below,
        friends=list(friends),
    )


def _name(names: dict[PersonId, str], person_id: PersonId) -> str:
    """A first letter; who has left is nobody."""
    return masked(names[person_id]) if person_id in names else "–"


handlers = (store_sharing, make_rule, end_rule, friends_page)
