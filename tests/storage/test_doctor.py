"""The doctor finds what is missing, and says what to do about it."""

import socket
from pathlib import Path

import pytest
from msgspec import convert

from livehouse.app.doctor import Advice, _payments, examine
from livehouse.app.settings import Settings


async def examined(settings: Settings) -> dict[str, Advice]:
    return {advice.what: advice async for advice in examine(settings)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


async def test_a_house_with_its_database_is_well(folder: Path, database_url: str) -> None:
    found = await examined(Settings(data=str(folder), port=0, database_url=database_url))

    # How much room the machine has is not this test's matter.
    assert not [advice for advice in found.values() if not advice.well and advice.what != "disk"]
    assert "reachable" in found["database"].found
    assert "starts" in found["media process"].found
    assert "mail_url" in found["mail"].do


async def test_what_is_wrong_is_named_with_what_to_do(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = await examined(
            Settings(
                data=str(folder),
                port=port,
                database_url="postgresql://nobody@127.0.0.1:9/none",
                mail_url="smtp://127.0.0.1:9",
            )
        )

    unwell = {what: advice.do for what, advice in found.items() if not advice.well}
    assert {"port", "database", "mail"} <= unwell.keys()
    assert "--port" in unwell["port"]
    assert "database_url" in unwell["database"]
    assert "mail_url" in unwell["mail"]


async def test_a_house_for_everybody_needs_its_address(folder: Path, database_url: str) -> None:
    found = await examined(
        Settings(data=str(folder), host="0.0.0.0", port=0, database_url=database_url)
    )

    assert not found["address"].well
    assert "origin" in found["address"].do


def test_ways_to_pay_are_looked_at() -> None:
    keys = {"stripe_secret_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"}
    origin = "https://shop.example"

    def advice(*providers: str, **settings: str) -> Advice:
        return _payments(convert({"payment_providers": providers} | settings, Settings))

    assert "before you sell" in advice("sandbox").do
    assert "stripe_secret_key" in advice("stripe").do
    assert "origin" in advice("stripe", **keys).do
    assert "barter" in advice("barter").do
    assert advice("stripe", **keys, origin=origin) == Advice("payments", "stripe")
