"""What every table and folder keeps and for how long: kept by hand, compared with the tables."""

from typing import NamedTuple


class Kept(NamedTuple):
    """One place where records stand. `names_people` begins with yes or no."""

    name: str
    holds: str
    names_people: str
    kept: str
    is_table: bool = True


BOOKS = "as long as the law asks for books (often ten years); nothing deletes it by itself"
STORE = "as long as its store"
SHOW = "as long as its show"

RETENTION = (
    Kept("accounts", "the accounts of the books: of stores, partners, the platform", "no", BOOKS),
    Kept("addresses", "versions of postal addresses", "yes",
         "until the account is erased, then only the versions that orders point at"),
    Kept("api_tokens", "hashes, names and scopes of API tokens", "no", "as long as the account"),
    Kept("bookings", "what was booked, by ids; cannot be changed", "no", BOOKS),
    Kept("basket_items", "what somebody means to buy, by ids", "no",
         "until bought, taken out, or the account is erased"),
    Kept("baskets", "the id that the next order of a basket will have", "no",
         "until it is ordered or the account is erased"),
    Kept("catalogue_imports", "uploaded product files and their reports", "no",
         "the file until it is read, the report as long as its store"),
    Kept("chat_bans", "who may not write in a room", "no", "until lifted"),
    Kept("chat_lines", "what was said, by ids of persons", "no: the text may",
         "as long as the run; deleted lines and those of erased persons lose their text"),
    Kept("chat_paces", "how slow a chat is", "no", "as long as the run"),
    Kept("coupon_claims", "who has taken which coupon, by ids", "no",
         "until the account is erased; the oldest go when there are 200"),
    Kept("coupons", "coupons and their terms", "no", BOOKS),
    Kept("cursors", "how far each subscriber has read", "no", "always"),
    Kept("discount_ends", "coupons and subsidies that were ended early", "no", BOOKS),
    Kept("dues", "what stores have coming and when", "no", "until it stands on a statement"),
    Kept("deal_items", "which offers a deal is about, at what price", "no", BOOKS),
    Kept("deals", "what was sold in one go, with its price lines", "no", BOOKS),
    Kept("entrants", "who took part in a fair opening, by ids", "no: a purchase to be shown has a "
         "masked name, until the draw", "as long as its offer"),
    Kept("facts", "what has happened, for subscribers", "no: a purchase shown has a masked name",
         "`fact_keep_days`, 7 days unless set"),
    Kept("frames", "what viewers of a room saw", "yes: names in chat",
         "`frame_keep_days`, 30 days unless set; a whole day goes at once, when all is archived"),
    Kept("frame_archives", "how far a run's frames are in the archive", "no", SHOW),
    Kept("frame_segments", "which segments the archive has, and what passes in each, by ids", "no",
         SHOW),
    Kept("delivery_methods", "how a store delivers, and for how much", "no", STORE),
    Kept("given_back", "what of an order went back; cannot be changed", "no", BOOKS),
    Kept("images", "addresses and state of product pictures", "no", "as long as its product"),
    Kept("invoice_series", "how far each store's invoice numbers have come", "no", BOOKS),
    Kept("invoices", "invoices and credit notes as they were issued, by ids of recipients", "no",
         BOOKS),
    Kept("leases", "which node conducts a run", "no", "as long as the run"),
    Kept("media_owners", "which node has the video of a run", "no", "as long as the run"),
    Kept("memberships", "roles in stores and in the platform", "no",
         "until taken away or the account is erased"),
    Kept("nodes", "the nodes of the house: machine, address, roles", "no",
         "90 days after it was last heard of"),
    Kept("offers", "prices and allotments in shows", "no", BOOKS),
    Kept("openings", "fair openings: commitment, root and seed of each draw", "no",
         "as long as its offer"),
    Kept("orders", "who bought which deal, by ids", "no", BOOKS),
    Kept("password_resets", "hashes of links to choose a new password", "no",
         "one hour or until used"),
    Kept("payments", "what a payment provider said of an order", "no", BOOKS),
    Kept("payout_runs", "payouts that go to the bank together; the operator's id", "no", BOOKS),
    Kept("payouts", "what was paid out for which statement; cannot be changed", "no", BOOKS),
    Kept("people", "accounts: name, mail address, hash of the password", "yes",
         "until erased; then the id alone stays, because orders point at it"),
    Kept("pins", "which offer is held up in a run", "no", SHOW),
    Kept("products", "the catalogue", "no", STORE),
    Kept("quota_movements", "every change of a quota", "no", BOOKS),
    Kept("quota_shares", "how much of a limited offer one buyer has", "no", "as long as its quota"),
    Kept("quotas", "stock, allotments: how much there is, held and spent", "no", BOOKS),
    Kept("refunds", "what goes back of a payment, why, and how it stands", "no", BOOKS),
    Kept("recipients", "who an invoice was made out to: name and postal address", "yes",
         "as long as the law asks for books, also after the account is erased"),
    Kept("rooms", "rooms and their addresses", "no", STORE),
    Kept("runs", "when a show or its rehearsal was on", "no", SHOW),
    Kept("sandbox_charges", "how payments in the sandbox ended", "no", "always"),
    Kept("sessions", "hashes of sign-ins", "no", "30 days after the last sign-in"),
    Kept("shows", "planned and past shows", "no", STORE),
    Kept("slugs", "every public address there was", "no",
         "always: an address is never given to another"),
    Kept("statement_lines", "what stands on a store's statement; cannot be changed", "no", BOOKS),
    Kept("statements", "statements for stores; cannot be changed", "no", BOOKS),
    Kept("stores", "stores and their settings", "no", "until an operator removes it"),
    Kept("subsidies", "who adds what to which prices", "no", BOOKS),
    Kept("tax_rates", "a store's tax rates", "no", STORE),
    Kept("transfers", "amounts from account to account; cannot be changed", "no", BOOKS),
    Kept("variants", "what can be bought of a product", "no", "as long as its product"),
    Kept("data/live", "video of shows", "yes: who is in the picture",
         "`video_keep_seconds`, always unless set; new recording stops at `video_quota_megabytes`",
         is_table=False),
    Kept("data/objects", "product pictures in several sizes", "no", "as long as the product",
         is_table=False),
    Kept("data/objects/runs", "what viewers of a room saw, by ids of persons",
         "no: the text of chat may", "as long as its show; what is taken back is removed",
         is_table=False),
    Kept("data/mail", "letters, where no mail server is set", "yes",
         "until somebody deletes them; meant for development", is_table=False),
    Kept("data/secrets", "keys and passwords of the installation", "no",
         "until rotated by deleting the file", is_table=False),
    Kept("logs", "requests with client address and person id, on standard error", "yes: addresses",
         "whoever runs the server decides", is_table=False),
)  # fmt: skip
