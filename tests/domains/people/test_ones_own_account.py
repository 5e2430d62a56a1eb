"""Profile, addresses, tokens, one's data: always one's own."""

import json
from uuid import UUID

import pytest

from livehouse.domains.people import AddressLines, People, SignInFailed
from livehouse.domains.people.errors import TooManyKept
from livehouse.domains.people.model import ADDRESSES_MAX
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, PersonId, SystemIds
from livehouse.storage.database import Database, Transaction
from tests.support.clock import ManualClock
from tests.support.people_house import PASSWORD, a_people, a_person
from tests.support.web_client import WebClient

HOME = AddressLines("Ann Lee", "Road 1", "Town", "DE", "12345")
FORM = {"recipient": "Ann", "street": "Road 1", "city": "Town", "country": "DE"}


@pytest.fixture
async def ann(web: WebClient, people: People) -> WebClient:
    """Ann's browser, signed in."""
    await a_person(people)
    await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)
    return web


async def who(people: People, email: str = "ann@shop.test") -> PersonId:
    person = await people.accounts.find(email)
    assert person is not None
    return person.id


async def test_a_guest_has_no_account_page(web: WebClient) -> None:
    assert (await web.get("/account")).headers["location"] == "/sign-in?next=/account"
    for path in ("profile", "consent", "addresses", "tokens", "password", "erase"):
        assert (await web.post_form(f"/account/{path}", **FORM)).status_code == 401


async def test_the_profile_is_changed(ann: WebClient, people: People) -> None:
    answer = await ann.post_form(
        "/account/profile", name="Ann Lee", language="zh-Hans", time_zone="Asia/Shanghai"
    )

    person = await people.accounts.get(await who(people))
    assert answer.status_code == 303
    assert (person.name, person.language, person.time_zone) == (
        "Ann Lee",
        "zh-Hans",
        "Asia/Shanghai",
    )
    assert '<html lang="zh-Hans"' in (await ann.get("/account")).text


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 61}, {"time_zone": "../../etc/passwd"}]
)
async def test_a_wrong_profile_comes_back(ann: WebClient, wrong: dict[str, str]) -> None:
    fields = {"name": "Ann", "language": "en", "time_zone": ""} | wrong

    assert (await ann.post_form("/account/profile", **fields)).status_code == 422


async def test_purchases_are_shown_only_of_who_agreed(ann: WebClient, people: People) -> None:
    person_id = await who(people)
    assert (await people.accounts.get(person_id)).shown_as == ""

    await ann.post_form("/account/consent", shows_purchases="1")
    assert (await people.accounts.get(person_id)).shown_as == "A***"

    await ann.post_form("/account/consent")
    assert (await people.accounts.get(person_id)).shown_as == ""


async def test_the_first_address_is_for_one_tap_buying(ann: WebClient, people: People) -> None:
    answer = await ann.post_form("/account/addresses", **FORM, next="/orders/1")

    person_id = await who(people)
    (address,) = await people.addresses.of(person_id)
    assert answer.headers["location"] == "/orders/1"
    assert (await people.accounts.get(person_id)).default_address_id == address.id


async def test_a_changed_address_is_a_new_one_and_orders_keep_the_old(
    ann: WebClient, people: People
) -> None:
    person_id = await who(people)
    old = await people.addresses.add(person_id, HOME)

    await ann.post_form(f"/account/addresses/{old.id}", **FORM | {"street": "Road 2"})

    (new,) = await people.addresses.of(person_id)
    kept = await people.addresses.by_id([old.id])
    assert new.lines.street == "Road 2"
    assert (kept[old.id].lines.street, kept[old.id].retired) == ("Road 1", True)
    assert (await people.accounts.get(person_id)).default_address_id == new.id


async def test_a_removed_default_hands_over_to_the_next(people: People) -> None:
    person = await a_person(people)
    first = await people.addresses.add(person.id, HOME)
    second = await people.addresses.add(person.id, HOME)

    await people.addresses.make_default(second.id, person.id)
    await people.addresses.remove(second.id, person.id)

    assert (await people.accounts.get(person.id)).default_address_id == first.id
    await people.addresses.remove(first.id, person.id)
    assert (await people.accounts.get(person.id)).default_address_id is None


async def test_the_address_of_another_is_not_there(ann: WebClient, people: People) -> None:
    bob = await a_person(people, "bob@shop.test")
    his = await people.addresses.add(bob.id, HOME)
    path = f"/account/addresses/{his.id}"

    assert (await ann.get(path)).status_code == 404
    assert (await ann.post_form(path, **FORM)).status_code == 404
    assert (await ann.post_form(f"{path}/default")).status_code == 404
    assert (await ann.post_form(f"{path}/remove")).status_code == 404
    assert [one.id for one in await people.addresses.of(bob.id)] == [his.id]


async def test_addresses_have_an_end(people: People) -> None:
    person = await a_person(people)
    for _ in range(ADDRESSES_MAX):
        await people.addresses.add(person.id, HOME)

    with pytest.raises(TooManyKept):
        await people.addresses.add(person.id, HOME)


async def test_a_token_is_shown_once_and_can_be_revoked(ann: WebClient, people: People) -> None:
    shown = await ann.post_form("/account/tokens", token_name="till", scopes=["orders:read"])
    token = shown.text.partition("<code>")[2].partition("</code>")[0]

    assert shown.headers["cache-control"] == "no-store"
    assert token not in (await ann.get("/account")).text
    identity = await people.sessions.by_api_token(token)
    assert identity is not None
    assert identity.scopes == frozenset({"orders:read"})

    (kept,) = await people.api_tokens.of(identity.person_id)
    await ann.post_form(f"/account/tokens/{kept.id}/revoke")
    assert await people.sessions.by_api_token(token) is None


async def test_a_token_asks_for_what_there_is(ann: WebClient, people: People) -> None:
    nothing = await ann.post_form("/account/tokens", token_name="till")
    unknown = await ann.post_form("/account/tokens", token_name="till", scopes=["root"])

    assert nothing.status_code == unknown.status_code == 422
    assert not await people.api_tokens.of(await who(people))


async def test_the_token_of_another_is_not_there(ann: WebClient, people: People) -> None:
    bob = await a_person(people, "bob@shop.test")
    token = await people.api_tokens.create(bob.id, "his", ("orders:read",))
    (kept,) = await people.api_tokens.of(bob.id)

    assert (await ann.post_form(f"/account/tokens/{kept.id}/revoke")).status_code == 404
    assert await people.sessions.by_api_token(token) is not None


async def test_a_token_opens_no_account_page(web: WebClient, people: People) -> None:
    person = await a_person(people)
    token = await people.api_tokens.create(person.id, "all", ("orders:write", "orders:read"))

    assert (await web.get_json("/account", token=token)).status_code == 403
    assert (await web.post_json("/account/erase", {}, token=token)).status_code == 403


async def test_a_new_password_puts_the_other_devices_out(ann: WebClient, people: People) -> None:
    elsewhere = await people.accounts.sign_in("ann@shop.test", PASSWORD)

    wrong = await ann.post_form(
        "/account/password", old_password="wrong", new_password="four loud lighthouses"
    )
    right = await ann.post_form(
        "/account/password", old_password=PASSWORD, new_password="four loud lighthouses"
    )

    assert "This is not your password." in wrong.text
    assert right.status_code == 303
    assert await people.sessions.by_session(elsewhere) is None
    assert (await ann.get("/account")).status_code == 200


async def test_signing_out_everywhere_means_everywhere(ann: WebClient, people: People) -> None:
    elsewhere = await people.accounts.sign_in("ann@shop.test", PASSWORD)

    await ann.post_form("/account/sign-out-everywhere")

    assert await people.sessions.by_session(elsewhere) is None
    assert (await ann.get("/account")).status_code == 303


class Chat:
    """Another domain with something of a person's."""

    def __init__(self) -> None:
        self.erased: list[PersonId] = []

    async def export(self, person_id: PersonId) -> dict[str, object]:
        return {"chat": [f"said by {person_id}"]}

    async def erase(self, _: Transaction, person_id: PersonId) -> None:
        self.erased.append(person_id)


async def test_one_takes_all_of_ones_data_along(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    people = a_people(database, clock, ids, contributors=[Chat()])
    person = await a_person(people)
    await people.addresses.add(person.id, HOME)

    found = await people.privacy.export(person.id)

    assert found["chat"] == [f"said by {person.id}"]
    words = json.dumps(found)
    assert "Road 1" in words
    assert "ann@shop.test" in words
    assert "argon2" not in words


async def test_the_export_is_a_file(ann: WebClient) -> None:
    answer = await ann.get("/account/export")

    assert "attachment" in answer.headers["content-disposition"]
    assert answer.json()["account"]["email"] == "ann@shop.test"


async def test_an_erased_person_is_named_nowhere(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    chat = Chat()
    people = a_people(database, clock, ids, contributors=[chat])
    person = await a_person(people, name="Annabel")
    address = await people.addresses.add(person.id, HOME)
    session = await people.accounts.sign_in("ann@shop.test", PASSWORD)
    token = await people.api_tokens.create(person.id, "till", ("orders:read",))

    await people.privacy.erase(person.id, PASSWORD)

    kept = await database.pool.fetch("select people::text from people")
    kept += await database.pool.fetch("select addresses::text from addresses")
    text = str(kept)
    assert not any(word in text for word in ("ann@", "Annabel", "Ann Lee", "Road 1", "argon2"))
    assert await people.sessions.by_session(session) is None
    assert await people.sessions.by_api_token(token) is None
    assert address.id in await people.addresses.by_id([address.id])
    assert chat.erased == [person.id]
    assert await people.accounts.names([person.id]) == {person.id: ""}
    facts = await database.pool.fetch("select kind from facts order by id")
    assert [row["kind"] for row in facts] == ["people.signed_up", "people.erased"]
    with pytest.raises(SignInFailed):
        await people.accounts.sign_in("ann@shop.test", PASSWORD)
    with pytest.raises(NotFound):
        await people.accounts.get(person.id)
    await a_person(people)  # the address may come back


async def test_erasing_asks_for_the_password(ann: WebClient, people: People) -> None:
    wrong = await ann.post_form("/account/erase", confirm_password="wrong")
    assert "This is not your password." in wrong.text
    assert await people.accounts.find("ann@shop.test") is not None

    right = await ann.post_form("/account/erase", confirm_password=PASSWORD)
    assert right.status_code == 303
    assert await people.accounts.find("ann@shop.test") is None


async def test_an_address_that_never_was_is_not_there(people: People) -> None:
    person = await a_person(people)

    with pytest.raises(NotFound):
        await people.addresses.remove(AddressId(UUID(int=7)), person.id)
