"""How a store delivers: where to, for how much, within which days."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.stores.errors import NotDelivered
from livehouse.domains.stores.model import limits
from livehouse.domains.stores.model.shops import COUNTRIES
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import DeliveryMethodId, StoreId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_


class DeliveryEdit(Struct, frozen=True, kw_only=True):
    """What a store decides of one method. No `countries` means everywhere; from `free_from_minor`
    worth of goods on it costs nothing; the parcel arrives within `days_min` to `days_max`."""

    name: str
    countries: tuple[str, ...] = ()
    fee_minor: int = 0
    free_from_minor: int | None = None
    days_min: int = 1
    days_max: int = 5
    active: bool = True


class DeliveryMethod(DeliveryEdit, frozen=True, kw_only=True):
    id: DeliveryMethodId
    store_id: StoreId
    currency: str

    @property
    def fee(self) -> Money:
        return Money(self.currency, self.fee_minor)

    @property
    def free_from(self) -> Money | None:
        if self.free_from_minor is None:
            return None
        return Money(self.currency, self.free_from_minor)

    def goes_to(self, country: str) -> bool:
        return not self.countries or country in self.countries

    def fee_minor_for(self, goods_minor: int) -> int:
        """The fee for goods of this worth, at the prices before any coupon."""
        if self.free_from_minor is not None and goods_minor >= self.free_from_minor:
            return 0
        return self.fee_minor


def check_delivery(edit: DeliveryEdit) -> DeliveryEdit:
    """Refuse what no parcel can keep; the first problem is named with its field."""
    name = edit.name.strip()
    most = limits.PRICE_MINOR_MAX
    free = edit.free_from_minor
    days = 0 <= edit.days_min <= edit.days_max <= limits.DELIVERY_DAYS_MAX
    checks = {
        "name": (0 < len(name) <= limits.NAME_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        "countries": (_are_countries(edit.countries), N_("write codes such as DE AT FR")),
        "fee_minor": (0 <= edit.fee_minor <= most, N_("this is not an amount of money")),
        "free_from_minor": (
            free is None or 0 <= free <= most, N_("this is not an amount of money")
        ),
        "days_max": (days, N_("at least as many as the fewest, and at most 365")),
    }  # fmt: skip
    for field, (holds, problem) in checks.items():
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    return replace(edit, name=name, countries=tuple(sorted(edit.countries)))


def methods_to(methods: Iterable[DeliveryMethod], country: str) -> list[DeliveryMethod]:
    """Those to choose from for a parcel to `country`, the cheapest first.

    A store that names no method at all delivers everywhere for nothing: the list is empty then.
    """
    in_use = [method for method in methods if method.active]
    found = [method for method in in_use if method.goes_to(country)]
    if in_use and not found:
        raise NotDelivered
    return sorted(found, key=lambda method: (method.fee_minor, method.id))


def _are_countries(countries: tuple[str, ...]) -> bool:
    few = len(countries) <= limits.DELIVERY_COUNTRIES_MAX
    return few and len(set(countries)) == len(countries) and all(c in COUNTRIES for c in countries)
