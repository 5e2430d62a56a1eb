"""What a sale's clients wrote down, and whether it can all be true.

The judge believes nobody: it reads what each client was told and when (`acks.jsonl`), and the rows
that are left in the end, and says which laws they break. It knows the shop's rules only from here:

- a quota, of units or of coupons, in all or for one buyer: never more in use than there is, and
  no refusal while enough is free (`counters`);
- one id, one outcome: what was placed once is never refused or told otherwise later;
- an order goes only forward, by `STEPS`, however its news crossed;
- what was acknowledged is there, and what is there was asked for and not refused;
- it is paid once, and by a notice that the provider sent; other money goes back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from livehouse.app.bench.counters import NEVER, Span, exceeded_at, unfounded

STEPS: Mapping[str, tuple[str, ...]] = {
    "placed": ("paid", "cancelled", "expired"),
    "paid": ("shipped", "refunded"),
    "shipped": ("delivered", "refunded"),
    "delivered": ("closed", "refunded"),
    "closed": ("refunded",),
    "refunded": (),
    "cancelled": (),
    "expired": (),
}
ABOUT_ORDERS = frozenset({"buy", "cancel", "look"})
GIVEN_BACK = frozenset({"cancelled", "expired", "refunded"})
SUCCEEDED = "succeeded"
REFUNDED = "refunded"
TAKEN = "taken"  # what the house says to a notice that it believes
# The server's clock and the clients' may be apart by so much where a row tells the time.
CLOCKS_APART = 50_000_000


class Said(Struct, frozen=True, omit_defaults=True):
    """One line of a client's log: what it asked, and the answer; times in ns, monotonic.

    `do` is buy, pay, cancel or look; or a word on a payment: notice, by which the provider says
    that it has the money, or forged, by which somebody else does. `asked` is when it was first
    asked, however often a lost answer made it ask again; without an answer `answered` is 0 and
    `said` empty. `coupons` are numbers in `Sale.coupons`.
    """

    do: str
    id: str
    asked: int
    answered: int = 0
    said: str = ""
    buyer: int = -1
    units: int = 0
    total_minor: int = -1
    payment: str = ""
    coupons: tuple[int, ...] = ()


class OrderRow(Struct, frozen=True):
    """An order as it stands in the end; `changed` is when, on the clients' clock (ns)."""

    id: str
    buyer: int
    units: int
    state: str
    total_minor: int
    changed: int = 0
    coupons: tuple[int, ...] = ()


class PaymentRow(Struct, frozen=True):
    id: str
    order: str
    state: str


class CouponTerms(Struct, frozen=True):
    """In how many orders a coupon may be used, in all and by one person."""

    total: int
    per_person: int


class Sale(Struct, frozen=True):
    """What was for sale, and the rows in the end.

    A refusal for want of units may be `stale` ns old: the till remembers for a moment that nothing
    is left. `limit` is how many units one buyer may hold or have bought; 0 for any number.
    """

    units: int
    orders: Sequence[OrderRow]
    payments: Sequence[PaymentRow] = ()
    limit: int = 0
    stale: int = 0
    coupons: Sequence[CouponTerms] = ()


class Broken(Struct, frozen=True):
    """A law, and how it was broken."""

    law: str
    how: str


def judge(sale: Sale, said: Iterable[Said]) -> list[Broken]:
    """Every law that the history breaks; an empty list is the wish of the house."""
    return _Judge(sale).judge(said)


class _Judge:
    def __init__(self, sale: Sale) -> None:
        self._sale = sale
        self._rows = {row.id: row for row in sale.orders}
        self._by_order: defaultdict[str, list[Said]] = defaultdict(list)
        self._sold_out: list[Span] = []
        self._at_limit: defaultdict[int, list[Span]] = defaultdict(list)
        self._discount_gone: list[Said] = []
        self._coupon_used: defaultdict[int, list[Said]] = defaultdict(list)
        self._broken: list[Broken] = []

    def judge(self, said: Iterable[Said]) -> list[Broken]:
        for one in said:
            self._take(one)
        for row in self._sale.orders:
            self._one_outcome(row, self._by_order[row.id])
            self._only_forward(row, self._by_order[row.id])
        for order_id, about in self._by_order.items():
            if order_id not in self._rows and any(map(_tells_state, about)):
                self._break("lost", f"order {order_id} was acknowledged and is not there")
        self._paid_once()
        self._money_kept()
        self._quota()
        self._per_buyer()
        return self._broken

    def _take(self, one: Said) -> None:
        """Keep what is about an order; a refusal that nothing else is about is only a span."""
        if one.id in self._rows or _tells_state(one):
            self._by_order[one.id].append(one)
        if one.do == "forged" and one.said == TAKEN:
            self._break("forged", f"a forged notice was taken for payment {one.payment}")
        if one.said == "sold_out":
            since = one.asked - self._sale.stale
            self._sold_out.append(Span(since, one.answered, one.units))
        elif one.said == "limit_reached":
            self._at_limit[one.buyer].append(Span(one.asked, one.answered, one.units))
        elif one.said == "discount_gone":
            self._discount_gone.append(one)
        elif one.said == "coupon_used":
            self._coupon_used[one.buyer].append(one)

    def _one_outcome(self, row: OrderRow, about: Sequence[Said]) -> None:
        asked = [one for one in about if one.do == "buy"]
        placed = [one for one in asked if one.said in STEPS]
        refused = [one for one in asked if one.answered and one.said not in STEPS]
        if not asked:
            self._break("unasked", f"order {row.id} is there and nobody asked for it")
        elif len(refused) == len(asked):
            self._break("two_outcomes", f"order {row.id} is there, its buyer was told it is not")
        first = min((one.answered for one in placed), default=NEVER)
        for one in refused:
            if one.asked > first:
                self._break("two_outcomes", f"order {row.id} was placed, then {one.said}")
        told = {(one.buyer, one.units, one.total_minor, one.coupons) for one in placed}
        if told - {(row.buyer, row.units, row.total_minor, row.coupons)}:
            self._break("two_outcomes", f"order {row.id} was told as {told} and is {row}")

    def _only_forward(self, row: OrderRow, about: Sequence[Said]) -> None:
        seen = [(one.asked, one.answered, one.said) for one in about if _tells_state(one)]
        seen.append((NEVER, NEVER, row.state))
        wrong = [
            (state, later)
            for _, answered, state in seen
            for asked, _, later in seen
            if not _leads(state, later) and (answered < asked or not _leads(later, state))
        ]
        if wrong:
            self._break("went_back", f"order {row.id} was {wrong[0][0]}, then {wrong[0][1]}")

    def _paid_once(self) -> None:
        """What the provider took is kept once, for an order that is paid, or goes back."""
        of_order: defaultdict[str, list[PaymentRow]] = defaultdict(list)
        for payment in self._sale.payments:
            of_order[payment.order].append(payment)
        for row in self._sale.orders:
            kept = [one.id for one in of_order[row.id] if one.state == SUCCEEDED]
            if len(kept) > 1:
                self._break("paid_twice", f"order {row.id} was paid by {kept}")
            if bool(kept) is not _leads("paid", row.state):
                self._break("paid_otherwise", f"order {row.id} is {row.state}, paid by {kept}")
            if kept and not self._noticed(row.id).issuperset(kept):
                self._break("paid_by_nobody", f"nobody gave a notice of {kept} for {row.id}")

    def _money_kept(self) -> None:
        """No money is forgotten that the house has said it knows of."""
        states = {one.id: one.state for one in self._sale.payments}
        for order_id in self._by_order:
            for payment_id in self._noticed(order_id, taken=True):
                if states.get(payment_id) not in {SUCCEEDED, REFUNDED}:
                    self._break("money_lost", f"payment {payment_id} was taken and is not there")

    def _noticed(self, order_id: str, *, taken: bool = False) -> set[str]:
        """The payments of an order that the provider gave notice of, or those that were taken."""
        about = self._by_order[order_id]
        return {
            one.payment for one in about if one.do == "notice" and (one.said == TAKEN or not taken)
        }

    def _quota(self) -> None:
        rows = self._sale.orders
        takes, gives = self._spans(rows)
        moment = exceeded_at(self._sale.units, takes, gives)
        left = sum(row.units for row in rows if row.state not in GIVEN_BACK)
        if moment is not None or left > self._sale.units:
            self._break("oversold", f"at {moment}, and {left} units in the end")
        for position in unfounded(self._sale.units, takes, gives, self._sold_out):
            self._break("refused_though_free", f"sold out at {self._sold_out[position]}")
        totals = [coupon.total for coupon in self._sale.coupons]
        self._coupons(totals, rows, self._discount_gone)

    def _per_buyer(self) -> None:
        limit = self._sale.limit or NEVER
        most = [coupon.per_person for coupon in self._sale.coupons]
        of_buyer: defaultdict[int, list[OrderRow]] = defaultdict(list)
        for row in self._sale.orders:
            of_buyer[row.buyer].append(row)
        for buyer in of_buyer.keys() | self._at_limit.keys() | self._coupon_used.keys():
            takes, gives = self._spans(of_buyer[buyer])
            moment = exceeded_at(limit, takes, gives)
            if moment is not None:
                self._break("over_limit", f"buyer {buyer} had more than allowed at {moment}")
            for position in unfounded(limit, takes, gives, self._at_limit[buyer]):
                span = self._at_limit[buyer][position]
                self._break("refused_though_free", f"buyer {buyer} was below the limit at {span}")
            self._coupons(most, of_buyer[buyer], self._coupon_used[buyer])

    def _coupons(
        self, bounds: Sequence[int], rows: Sequence[OrderRow], refusals: Sequence[Said]
    ) -> None:
        """Each coupon is a counter; a refusal is right if one of those asked for was short."""
        founded: set[int] = set()
        for number, bound in enumerate(bounds):
            users = [replace(row, units=1) for row in rows if number in row.coupons]
            takes, gives = self._spans(users)
            moment = exceeded_at(bound, takes, gives)
            left = sum(row.state not in GIVEN_BACK for row in users)
            if moment is not None or left > bound:
                self._break("coupon_overused", f"coupon {number} at {moment}, {left} in the end")
            asking = [place for place, one in enumerate(refusals) if number in one.coupons]
            spans = [Span(refusals[place].asked, refusals[place].answered) for place in asking]
            lies = {asking[at] for at in unfounded(bound, takes, gives, spans)}
            founded.update(set(asking) - lies)
        for place in sorted(set(range(len(refusals))) - founded):
            self._break("refused_though_free", f"the coupons of {refusals[place]}")

    def _spans(self, rows: Iterable[OrderRow]) -> tuple[list[Span], list[Span]]:
        """When each order took its units, and when it gave them back."""
        takes, gives = [], []
        for row in rows:
            about = self._by_order[row.id]
            bought = [one for one in about if one.do == "buy"]
            taken = [one.asked for one in bought if not one.answered or one.said in STEPS]
            asked = min(taken, default=0)
            told = min((one.answered for one in about if _tells_state(one)), default=NEVER)
            if row.state in GIVEN_BACK:
                give = _given_back(row, about, since=asked)
                gives.append(give)
                told = min(told, give.latest)
            takes.append(Span(asked, told, row.units))
        return takes, gives

    def _break(self, law: str, how: str) -> None:
        self._broken.append(Broken(law, how))


def _given_back(row: OrderRow, about: Sequence[Said], *, since: int) -> Span:
    """A cancelled order gave back between wish and answer; an expired one when its row says so,
    or soon after, since a row tells when its change began."""
    known = [one.answered for one in about if _tells_state(one) and one.said == row.state]
    wished = [one.asked for one in about if one.do == "cancel"]
    if row.state == "cancelled" and wished:
        since = max(since, min(wished))
    else:
        since = max(since, row.changed - CLOCKS_APART)
    return Span(since, max(since, min(known, default=NEVER)), row.units)


def _tells_state(one: Said) -> bool:
    """Whether the answer says how the order stood; a notice's is about a payment."""
    return one.do in ABOUT_ORDERS and one.said in STEPS


def _leads(state: str, later: str) -> bool:
    """Whether an order may be in one state and then, or still, in the other."""
    return state == later or any(_leads(step, later) for step in STEPS[state])
