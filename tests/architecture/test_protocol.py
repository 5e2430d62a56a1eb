"""The reference of the protocol says all that a client must know, and says it rightly."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from livehouse.app.asyncapi import Document, asyncapi, messages, tag_of
from livehouse.client.following import Astray, Replica, fold
from livehouse.engine.canonical import canonical, hash_of
from livehouse.engine.patches import apply
from livehouse.engine.protocol import CloseCode, Command, Frame, Push, decode_frame
from tests.architecture.sources import ROOT

REFERENCE = (ROOT / "docs/reference/wire.md").read_text()
VECTORS: dict[str, Any] = json.loads((ROOT / "docs/reference/wire.vectors.json").read_text())

MESSAGES: tuple[type[Struct], ...] = (*messages(Command), *messages(Push), Frame)


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, inner in part.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from references(inner)


def resolved(document: Document, reference: str) -> dict[str, Any]:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def test_all_that_the_asyncapi_document_names_is_in_it() -> None:
    document = asyncapi()
    found = list(references(document))

    assert found
    for reference in found:
        assert resolved(document, reference), reference


def test_every_message_has_an_operation_and_a_payload_with_its_tag() -> None:
    document: Any = asyncapi()
    for message in MESSAGES:
        tag = tag_of(message)
        action = "receive" if issubclass(message, Command) else "send"
        assert document["operations"][f"{action}.{tag}"]["action"] == action
        payload = resolved(document, document["components"]["messages"][tag]["payload"]["$ref"])
        if message is not Frame:
            assert payload["properties"]["type"] == {"enum": [tag]}
        assert payload.get("additionalProperties", True) is not issubclass(message, Command)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_field_of_every_message_is_in_the_reference(message: type[Struct]) -> None:
    head = "## Frames" if message is Frame else f"### `{tag_of(message)}`"
    section = REFERENCE.split(f"{head}\n", 1)[1].split("\n##", 1)[0]
    for field in message.__struct_fields__:
        assert f"| `{field}` |" in section


def test_every_close_code_says_what_to_do() -> None:
    for code in CloseCode:
        row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| {code.value} "))
        assert all(cell.strip() for cell in row.strip("|").split("|"))


@pytest.mark.parametrize("example", VECTORS["hashes"])
def test_the_examples_of_hashes_are_right(example: dict[str, Any]) -> None:
    assert canonical(example["state"]).decode() == example["canonical"]
    assert hash_of(example["state"]) == example["hash"]


@pytest.mark.parametrize("example", VECTORS["patches"])
def test_the_examples_of_patches_are_right(example: dict[str, Any]) -> None:
    assert apply(example["before"], example["patch"]) == example["after"]


def test_the_client_does_with_the_example_log_what_the_reference_says() -> None:
    copy: Replica | None = None
    for step in VECTORS["log"]:
        folded = fold(copy, decode_frame(json.dumps(step["frame"])))
        done = {Astray.STALE: "pass", Astray.GAP: "resync", Astray.DIFFERS: "resync"}
        if isinstance(folded, Replica):
            copy = folded
        elif folded is Astray.DIFFERS:
            copy = None
        assert step["do"] == ("follow" if isinstance(folded, Replica) else done[folded])
        assert (copy and copy.state) == step["state_after"]
