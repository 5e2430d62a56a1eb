"""A store: who sells, in which money, under which tax."""

import re

from babel import Locale
from babel.core import get_global
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.stores.model import limits
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import StoreId
from livehouse.foundation.money import CURRENCIES
from livehouse.foundation.text import LANGUAGES, N_

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_COUNTRIES = {"CQ", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

COUNTRIES: dict[str, str] = {
    code: str(name)
    for code, name in Locale("en").territories.items()
    if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_COUNTRIES
}
TIME_ZONES = frozenset(get_global("zone_territories")) | {"UTC"}


class TaxRate(Struct, frozen=True):
    """What is added, or contained, when selling to `country`; 1900 basis points are 19 %."""

    country: str
    basis_points: int


class Store(Struct, frozen=True, kw_only=True):
    """`market` names the market profile whose rules hold (a data file, never a branch in code).

    `legal_name`, `legal_address` and `tax_number` say on invoices who sells. The operator sets
    `commission_basis_points`, the platform's share; what is sold already keeps its own.
    """

    id: StoreId
    slug: str
    name: str
    currency: str
    country: str
    time_zone: str
    language: str
    prices_include_tax: bool
    default_tax_basis_points: int
    tax_rates: tuple[TaxRate, ...] = ()
    market: str = ""
    legal_name: str = ""
    legal_address: str = ""
    tax_number: str = ""
    commission_basis_points: int = 0
    version: int = 1

    def tax_basis_points(self, country: str) -> int:
        """The rate for a parcel to `country`, or the store's default."""
        rates = {rate.country: rate.basis_points for rate in self.tax_rates}
        return rates.get(country, self.default_tax_basis_points)


class StoreSettings(Struct, frozen=True, kw_only=True):
    """What an owner may decide. A store's currency stays: its orders are kept in it."""

    name: str
    country: str
    time_zone: str
    language: str = "en"
    prices_include_tax: bool = True
    default_tax_basis_points: int = 0
    tax_rates: tuple[TaxRate, ...] = ()
    market: str = ""
    legal_name: str = ""
    legal_address: str = ""
    tax_number: str = ""


def check_slug(slug: str) -> str:
    """The slug as it is kept, or a refusal."""
    slug = slug.strip().lower()
    long_enough = limits.SLUG_CHARACTERS_MIN <= len(slug) <= limits.SLUG_CHARACTERS_MAX
    if not (long_enough and _SLUG.fullmatch(slug)):
        raise InvalidInput(
            field="slug", problem=N_("use 3 to 63 small letters, digits and single hyphens")
        )
    return slug


def check_currency(currency: str) -> str:
    if currency not in CURRENCIES:
        raise InvalidInput(field="currency", problem=N_("this is not an ISO 4217 currency"))
    return currency


def check_settings(settings: StoreSettings) -> StoreSettings:
    """Refuse what no store can be; the first problem is named with its field."""
    name = settings.name.strip()
    checks = {
        "name": (0 < len(name) <= limits.NAME_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        "country": (settings.country in COUNTRIES, N_("this is not an ISO 3166 country")),
        "time_zone": (settings.time_zone in TIME_ZONES, N_("this is not a time zone")),
        "language": (settings.language in LANGUAGES, N_("we do not speak this language")),
        "default_tax_basis_points": (_is_rate(settings.default_tax_basis_points), _RATE),
        "tax_rates": (_are_rates(settings.tax_rates), _RATE),
        "market": (len(settings.market) <= limits.NAME_CHARACTERS_MAX, _LONG),
        "legal_name": (len(settings.legal_name) <= limits.NAME_CHARACTERS_MAX, _LONG),
        "legal_address": (
            len(settings.legal_address) <= limits.LEGAL_ADDRESS_CHARACTERS_MAX,
            _LONG,
        ),
        "tax_number": (len(settings.tax_number) <= limits.TAX_NUMBER_CHARACTERS_MAX, _LONG),
    }
    for field, (holds, problem) in checks.items():
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    return replace(settings, name=name)


def check_commission(basis_points: int) -> None:
    if not _is_rate(basis_points):
        problem = N_("the commission is between 0 % and 100 %")
        raise InvalidInput(field="commission_basis_points", problem=problem)


def opened_store(store_id: StoreId, slug: str, currency: str, settings: StoreSettings) -> Store:
    """A new store with these settings, which are checked."""
    settings = check_settings(settings)
    return Store(
        id=store_id,
        slug=slug,
        name=settings.name,
        currency=currency,
        country=settings.country,
        time_zone=settings.time_zone,
        language=settings.language,
        prices_include_tax=settings.prices_include_tax,
        default_tax_basis_points=settings.default_tax_basis_points,
        tax_rates=settings.tax_rates,
        market=settings.market,
        legal_name=settings.legal_name,
        legal_address=settings.legal_address,
        tax_number=settings.tax_number,
    )


_LONG = N_("this is too long")
_RATE = N_("a tax rate is between 0 % and 100 %, once per country")


def _is_rate(basis_points: int) -> bool:
    return 0 <= basis_points <= limits.TAX_BASIS_POINTS_MAX


def _are_rates(rates: tuple[TaxRate, ...]) -> bool:
    countries = [rate.country for rate in rates]
    return (
        len(set(countries)) == len(countries)
        and all(country in COUNTRIES for country in countries)
        and all(_is_rate(rate.basis_points) for rate in rates)
    )
