"""Checking a draw from what was published of it, by hand and on the command line."""

import json
from hashlib import pbkdf2_hmac, sha256
from hmac import digest
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.fairness import Record, verify
from livehouse.domains.fairness.commands import commands

VECTORS = Path(__file__).parents[3] / "docs/reference/fairness.vectors.json"
EXAMPLES = json.loads(VECTORS.read_text())
SHORT = EXAMPLES["sound"][:-1]
FULL = EXAMPLES["sound"][-1]


def record_of(example: dict[str, Any]) -> Record:
    return msgspec.convert(example["record"], Record)


@pytest.mark.parametrize("example", SHORT)
def test_an_honest_draw_holds(example: dict[str, Any]) -> None:
    assert all(finding.holds for finding in verify(record_of(example), example["work"]))


@pytest.mark.parametrize("example", EXAMPLES["broken"], ids=lambda example: example["fails"])
def test_a_changed_draw_fails(example: dict[str, Any]) -> None:
    failing = [f.name for f in verify(record_of(example), example["work"]) if not f.holds]

    assert failing[0] == example["fails"]


def test_whoever_reads_the_reference_finds_the_same_order() -> None:
    """Written anew from docs/reference/fairness.md alone, without any of our functions."""
    record = FULL["record"]
    draw = bytes.fromhex(record["draw_id"].replace("-", ""))
    salt = b"livehouse/fair/1/order\0" + draw + bytes.fromhex(record["root"])
    key = pbkdf2_hmac("sha256", bytes.fromhex(record["seed"]), salt, 2_000_000)
    ids = sorted(
        sha256(b"livehouse/fair/1/entrant\0" + draw + bytes.fromhex(one["nonce"])).digest()[:16]
        for one in record["entrants"]
    )

    order = sorted(ids, key=lambda entrant: digest(key, entrant, "sha256"))

    assert [entrant.hex() for entrant in order] == record["order"]


def test_the_command_says_what_it_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(FULL["record"] | {"offer_id": "newer fields are let pass"}))

    said = CliRunner().invoke(commands(), ["verify", str(file), "--root", FULL["record"]["root"]])

    assert said.exit_code == 0, said.output
    assert said.output.count("holds") == 7
    assert "5 entrants" in said.output


def test_the_command_fails_for_another_root_than_was_seen(tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(FULL["record"]))

    said = CliRunner().invoke(commands(), ["verify", str(file), "--root", "00" * 32])

    assert said.exit_code == 1
    assert "FAILS  the list is the one you saw fixed" in said.output


def test_the_command_refuses_what_is_no_record(tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_bytes(b'{"protocol": "\xff"}')

    said = CliRunner().invoke(commands(), ["verify", str(file)])

    assert said.exit_code == 1
    assert "no record of a draw" in said.output


scraps = st.text(st.sampled_from("0123456789abcdefxG"), max_size=66)


@given(scraps, scraps, st.lists(st.tuples(scraps, scraps, st.integers()), max_size=3))
def test_whatever_comes_is_answered(
    seed: str, root: str, entrants: list[tuple[str, str, int]]
) -> None:
    example = SHORT[2]["record"] | {
        "seed": seed,
        "root": root,
        "entrants": [{"id": a, "nonce": b, "quantity": c} for a, b, c in entrants],
    }

    assert not all(finding.holds for finding in verify(msgspec.convert(example, Record), 1))
