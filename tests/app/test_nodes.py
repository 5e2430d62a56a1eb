"""Which nodes may carry a house together."""

import pytest
from msgspec.structs import replace

from livehouse.app.nodes import NodeRefused, admit, this_node
from livehouse.app.settings import ALL_ROLES, Settings, SettingsRefused, load_settings
from livehouse.storage.nodes import Node

ME = Node(
    id="here:/data", roles=ALL_ROLES, address="http://10.0.0.1:8080", has_nats=True,
    keys_proof="proof",
)  # fmt: skip
OTHER = replace(ME, id="there:/data", address="http://10.0.0.2:8080")
A_KEY, ANOTHER_KEY = "k" * 32, "x" * 32


def test_a_node_alone_needs_neither_nats_nor_an_address() -> None:
    admit(replace(ME, has_nats=False, address=""), [])


def test_nodes_with_the_same_secrets_and_nats_carry_a_house_together() -> None:
    admit(ME, [OTHER])


@pytest.mark.parametrize(
    ("me", "other", "says"),
    [
        (replace(ME, has_nats=False), OTHER, "this node is without NATS"),
        (ME, replace(OTHER, has_nats=False), "there:/data is without NATS"),
        (replace(ME, keys_proof="else"), OTHER, "with other secrets"),
        (replace(ME, address=""), OTHER, "node_address"),
    ],
)
def test_what_would_go_wrong_silently_is_refused(me: Node, other: Node, says: str) -> None:
    with pytest.raises(NodeRefused, match=says):
        admit(me, [other])


def test_two_nodes_show_whether_they_hold_the_same_secrets_without_telling_them() -> None:
    def proof(signing: str, sandbox: str) -> str:
        return this_node(Settings(signing_key=signing, sandbox_key=sandbox)).keys_proof

    assert proof(A_KEY, A_KEY) == proof(A_KEY, A_KEY)
    assert len({proof(A_KEY, A_KEY), proof(ANOTHER_KEY, A_KEY), proof(A_KEY, ANOTHER_KEY)}) == 3
    assert A_KEY not in proof(A_KEY, A_KEY)


@pytest.mark.parametrize(
    "settings",
    [
        {"LIVEHOUSE_ROLES": "web,cook"},
        {"LIVEHOUSE_ROLES": ""},
        {"LIVEHOUSE_SIGNING_KEY": "too short"},
    ],
)
def test_roles_and_keys_that_cannot_be_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused):
        load_settings(settings)


def test_roles_are_named_with_commas_between() -> None:
    settings = load_settings({"LIVEHOUSE_ROLES": "web, gateway"})

    assert settings.does("gateway")
    assert not settings.does("conductor", "worker")
    assert not settings.makes_video
