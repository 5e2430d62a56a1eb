"""The payment providers of a house, as its settings name them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from livehouse.app.nodes import key
from livehouse.app.settings import Settings, SettingsRefused
from livehouse.domains.orders import PaymentProvider, Sandbox
from livehouse.foundation.clock import Clock
from livehouse.storage.database import Database

if TYPE_CHECKING:
    from livehouse.domains.orders.adapters.stripe import Stripe


class Providers(Struct, frozen=True):
    """`known` are those that payments may have been begun with; `pages` is where buyers pay."""

    known: Mapping[str, PaymentProvider]
    offered: tuple[str, ...]
    pages: tuple[str, ...]
    sandbox: Sandbox
    stripe: "Stripe | None"

    async def close(self) -> None:
        if self.stripe is not None:
            await self.stripe.close_connections()


def make_providers(
    settings: Settings, database: Database, clock: Clock, *, site_name: str
) -> Providers:
    """Raises `SettingsRefused` where one is offered that cannot be had."""
    problem = missing(settings)
    if problem:
        raise SettingsRefused(problem)
    sandbox = Sandbox(key(settings, "sandbox"), database, clock)
    known: dict[str, PaymentProvider] = {sandbox.name: sandbox}
    if not settings.stripe_secret_key:
        return Providers(known, settings.payment_providers, (), sandbox, None)
    # Its library takes a third of a second to load, which a house without Stripe need not wait.
    from livehouse.domains.orders.adapters.stripe import PAGES, Keys, Stripe  # noqa: PLC0415

    stripe = Stripe(
        Keys(settings.stripe_secret_key, settings.stripe_webhook_secret),
        origin=settings.address,
        site_name=site_name,
        methods=settings.stripe_methods,
    )
    known[stripe.name] = stripe
    return Providers(known, settings.payment_providers, (PAGES,), sandbox, stripe)


def missing(settings: Settings) -> str:
    """What keeps the offered providers from working, in words for the operator; else empty."""
    offered = settings.payment_providers
    unknown = sorted(set(offered) - {"sandbox", "stripe"})
    if not offered or unknown:
        return f"payment_providers: {', '.join(unknown) or 'name one at least'}: sandbox or stripe"
    for name in ("stripe_secret_key", "stripe_webhook_secret"):
        if "stripe" in offered and not getattr(settings, name):
            return f"payment_providers offers stripe, which needs {name}"
    return ""
