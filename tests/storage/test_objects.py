"""Objects are there when they were put, and simply absent when they were not."""

from pathlib import Path

import pytest

from livehouse.storage.objects import Objects, open_objects


@pytest.fixture(params=["folder", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    url = "" if request.param == "folder" else "memory:///"
    return open_objects(url, tmp_path / "objects")


async def test_what_is_put_is_there(objects: Objects) -> None:
    await objects.put("pictures/a.webp", b"one")
    await objects.put("pictures/a.webp", b"two")

    assert await objects.get("pictures/a.webp") == b"two"


async def test_what_was_never_put_is_not_an_error(objects: Objects) -> None:
    assert await objects.get("pictures/none.webp") is None


async def test_what_is_deleted_is_gone(objects: Objects) -> None:
    await objects.put("a", b"x")

    await objects.delete("a")

    assert await objects.get("a") is None


async def test_every_key_can_be_listed(objects: Objects) -> None:
    wanted = {f"folder-{number % 3}/{number}" for number in range(120)}
    for key in wanted:
        await objects.put(key, b"")

    assert {key async for key in objects.keys()} == wanted  # noqa: SIM118 - not a dict


async def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    objects = open_objects("", tmp_path / "objects")

    with pytest.raises(Exception, match=r"\.\.|[Pp]ath"):
        await objects.get("../secret")
