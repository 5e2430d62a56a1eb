"""A link by mail that works once, for an hour, and tells nobody who has an account."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from livehouse.domains.people import Mail, People
from livehouse.domains.people.adapters.mail_folder import MailFolder
from livehouse.domains.people.adapters.smtp import SmtpMailer, SmtpServer, letter
from livehouse.domains.people.errors import ResetRefused
from livehouse.foundation.ids import SystemIds
from tests.support.clock import ManualClock
from tests.support.people_house import PASSWORD, Letters, a_person
from tests.support.web_client import WebClient

NEW = "four loud lighthouses"


async def asked_for(web: WebClient, people: People, email: str = "ann@shop.test") -> None:
    await web.post_form("/forgot", email=email)
    await people.resets.send_waiting()


async def test_the_link_sets_a_new_password(
    web: WebClient, people: People, letters: Letters
) -> None:
    await a_person(people)
    before = await people.accounts.sign_in("ann@shop.test", PASSWORD)
    await asked_for(web, people, "ANN@shop.test")

    page = await web.get(letters.link())
    answer = await web.post_form(letters.link(), password=NEW)

    assert page.headers["referrer-policy"] == "no-referrer"
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await people.sessions.by_session(before) is None
    assert await people.accounts.sign_in("ann@shop.test", NEW)


async def test_the_answer_tells_nobody_who_has_an_account(
    web: WebClient, people: People, letters: Letters
) -> None:
    await a_person(people)

    known = await web.post_form("/forgot", email="ann@shop.test")
    unknown = await web.post_form("/forgot", email="bob@shop.test")
    await people.resets.send_waiting()

    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert [mail.to for mail in letters.sent] == ["ann@shop.test"]


async def test_a_link_works_once(web: WebClient, people: People, letters: Letters) -> None:
    await a_person(people)
    await asked_for(web, people)

    await web.post_form(letters.link(), password=NEW)
    again = await web.post_form(letters.link(), password="five other lighthouses")

    assert again.status_code == 404
    assert await people.accounts.sign_in("ann@shop.test", NEW)


async def test_only_the_newest_link_works(web: WebClient, people: People, letters: Letters) -> None:
    await a_person(people)
    await asked_for(web, people)
    first = letters.link()

    await asked_for(web, people)

    assert (await web.get(first)).status_code == 404
    assert (await web.get(letters.link())).status_code == 200


async def test_a_link_is_good_for_an_hour(
    web: WebClient, people: People, letters: Letters, clock: ManualClock
) -> None:
    await a_person(people)
    await asked_for(web, people)

    await clock.advance(timedelta(hours=1))

    with pytest.raises(ResetRefused):
        await people.resets.reset(letters.link().removeprefix("/reset/"), NEW)


async def test_an_easy_password_leaves_the_link_unused(
    web: WebClient, people: People, letters: Letters
) -> None:
    await a_person(people)
    await asked_for(web, people)

    refused = await web.post_form(letters.link(), password="short")
    taken = await web.post_form(letters.link(), password=NEW)

    assert "Please use at least 10 characters." in refused.text
    assert taken.status_code == 303


@pytest.mark.parametrize("token", ["x", "%00", "a" * 4000, "..%2f..%2fetc"])
async def test_a_made_up_link_is_not_there(web: WebClient, token: str) -> None:
    assert (await web.get(f"/reset/{token}")).status_code == 404


async def test_nobodys_mailbox_is_flooded(web: WebClient, people: People, letters: Letters) -> None:
    await a_person(people)
    for _ in range(5):
        await asked_for(web, people)

    assert len(letters.sent) == 3


async def test_a_letter_that_fails_does_not_stop_the_others(people: People) -> None:
    await a_person(people)

    class Broken:
        async def send(self, _: Mail) -> None:
            raise OSError

    people.resets._mailer = Broken()
    people.resets.ask("ann@shop.test")
    await people.resets.send_waiting()


async def test_in_development_letters_are_files(tmp_path: Path, ids: SystemIds) -> None:
    mailer = MailFolder(tmp_path / "mail", ids)

    await mailer.send(Mail("ann@shop.test", "Grüße 你好", "Hello\n"))

    (path,) = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0
    assert b"To: ann@shop.test" in path.read_bytes()


async def test_letters_go_out_by_smtp() -> None:
    class Kept(Sink):
        async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
            seen.append(envelope)
            return "250 OK"

    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Kept(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        server = SmtpServer(host="127.0.0.1", port=port, security="none", sender="a@shop.test")
        await SmtpMailer(server).send(Mail("ann@shop.test", "Hi", "text"))
    finally:
        controller.stop()

    assert seen[0].rcpt_tos == ["ann@shop.test"]  # type: ignore[attr-defined] # aiosmtpd's envelope


def test_a_line_break_cannot_smuggle_a_header() -> None:
    with pytest.raises(ValueError, match="Header values may not contain linefeed"):
        letter(Mail("ann@shop.test", "Hi\nBcc: all@shop.test", "text"), "a@shop.test")
