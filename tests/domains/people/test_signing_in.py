"""Signing up, in and out, through the real pages and tables."""

from datetime import timedelta

import pytest

from livehouse.domains.people import EmailTaken, People, SignInFailed
from livehouse.domains.people.model import SESSION_DURATION
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.people_house import PASSWORD, a_person
from tests.support.web_client import WebClient


async def test_whoever_signs_up_is_signed_in(web: WebClient) -> None:
    answer = await web.post_form(
        "/sign-up", email="ann@shop.test", name="Ann", password=PASSWORD, next="/shows/a?b=1"
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/shows/a?b=1")
    assert "ann@shop.test" in (await web.get("/account")).text


async def test_the_session_cookie_is_for_us_alone(web: WebClient, people: People) -> None:
    await a_person(people)

    answer = await web.post_form("/sign-in", email="ANN@shop.test", password=PASSWORD)

    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("session=", "httponly", "samesite=lax", "path=/"))


async def test_an_address_is_taken_however_it_is_written(web: WebClient, people: People) -> None:
    await a_person(people, "ann@shop.test")

    with pytest.raises(EmailTaken):
        await a_person(people, "Ann@SHOP.test")
    answer = await web.post_form("/sign-up", email="ANN@Shop.Test", name="B", password=PASSWORD)
    assert answer.status_code == 422
    assert "There is an account with this e-mail already." in answer.text


async def test_a_refused_form_keeps_what_was_typed_but_not_the_password(web: WebClient) -> None:
    answer = await web.post_form(
        "/sign-up", email="not one", name="<b>Ann</b>", password="my secret is long"
    )

    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text
    assert "&lt;b&gt;Ann&lt;/b&gt;" in answer.text
    assert "my secret is long" not in answer.text


@pytest.mark.parametrize("field", ["email", "name", "password", "time_zone", "next"])
async def test_ten_kilobytes_in_a_field_are_refused(web: WebClient, field: str) -> None:
    fields = {"email": "ann@shop.test", "name": "Ann", "password": PASSWORD} | {field: "x" * 10_240}

    answer = await web.post_form("/sign-up", **fields)

    assert answer.status_code == 422


async def test_the_same_words_refuse_a_wrong_password_and_an_unknown_account(
    web: WebClient, people: People
) -> None:
    await a_person(people)

    wrong = await web.post_form("/sign-in", email="ann@shop.test", password="wrong")
    unknown = await web.post_form("/sign-in", email="bob@shop.test", password="wrong")

    assert wrong.status_code == unknown.status_code == 422
    for text in (wrong.text, unknown.text):
        assert "E-mail or password is wrong." in text
    assert wrong.text.replace("ann@", "bob@") == unknown.text


async def test_guessing_is_slowed_down_per_account(web: WebClient, people: People) -> None:
    await a_person(people)
    for _ in range(8):
        await web.post_form("/sign-in", email="Ann@shop.test", password="wrong")

    even_right = await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)

    assert "That was a lot at once." in even_right.text
    assert "session" not in web.http.cookies


async def test_guessing_many_accounts_is_slowed_down_per_address(web: WebClient) -> None:
    answers = [
        await web.post_form("/sign-in", email=f"p{n}@shop.test", password="wrong")
        for n in range(41)
    ]

    assert "E-mail or password is wrong." in answers[39].text
    assert "That was a lot at once." in answers[40].text


async def test_after_a_while_one_may_try_again(
    web: WebClient, people: People, clock: ManualClock
) -> None:
    await a_person(people)
    for _ in range(9):
        await web.post_form("/sign-in", email="ann@shop.test", password="wrong")

    await clock.advance(timedelta(minutes=10))
    answer = await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/a\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "",
        "evil",
        "/\tevil",
        "/é",
    ],
)
async def test_nobody_is_led_off_to_another_site(
    web: WebClient, people: People, target: str
) -> None:
    await a_person(people)

    answer = await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD, next=target)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_signing_in_again_ends_the_session_before(web: WebClient, people: People) -> None:
    await a_person(people)
    await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)
    first = web.http.cookies["session"]

    await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)

    assert web.http.cookies["session"] != first
    assert await people.sessions.by_session(first) is None


async def test_signing_out_ends_the_session_itself(web: WebClient, people: People) -> None:
    await a_person(people)
    await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)
    token = web.http.cookies["session"]

    await web.post_form("/sign-out")

    assert "session" not in web.http.cookies
    assert await people.sessions.by_session(token) is None


async def test_a_session_ends_by_itself(people: People, clock: ManualClock) -> None:
    await a_person(people)
    token = await people.accounts.sign_in("ann@shop.test", PASSWORD)

    await clock.advance(SESSION_DURATION)

    assert await people.sessions.by_session(token) is None
    assert await people.sessions.forget_expired() == 1


@pytest.mark.parametrize("made_up", [b"x", b"\xe9", b"x" * 5000, b"' or 1=1 --", b"\xff=;;=,"])
async def test_a_made_up_session_is_nobodys(web: WebClient, made_up: bytes) -> None:
    headers = {b"Accept": b"application/json", b"Cookie": b"session=" + made_up}

    assert (await web.http.get("/account", headers=headers)).status_code == 401


async def test_passwords_and_tokens_are_not_in_the_tables(
    people: People, database: Database
) -> None:
    await a_person(people)
    token = await people.accounts.sign_in("ann@shop.test", PASSWORD)

    kept = await database.pool.fetchval("select password_hash from people")
    fingerprint = await database.pool.fetchval("select token_hash from sessions")

    assert kept.startswith("$argon2id$")
    assert token.encode() not in fingerprint


async def test_who_has_no_account_cannot_sign_in(people: People) -> None:
    for email in ("nobody@shop.test", "not an address", "", "x" * 10_000):
        with pytest.raises(SignInFailed):
            await people.accounts.sign_in(email, PASSWORD)


async def test_the_door_speaks_the_visitors_language(web: WebClient) -> None:
    chosen = await web.post_form("/language", language="zh-Hans", next="/sign-in")
    page = await web.get("/sign-in")

    assert chosen.headers["location"] == "/sign-in"
    assert '<html lang="zh-Hans"' in page.text
    nonsense = await web.post_form("/language", language="tlh", next="//evil.test")
    assert nonsense.headers["location"] == "/"
