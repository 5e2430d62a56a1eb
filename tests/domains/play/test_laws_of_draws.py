"""The laws of draws: once each, whatever the order of arrival, from what is published alone."""

import hmac
from hashlib import sha256
from uuid import UUID

import msgspec
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.fairness import (
    PROTOCOL,
    DrawRecord,
    commitment_to,
    first_places,
    hash_of_terms,
    leaf_for,
    name_of,
    root_of_leaves,
    stretched,
    verify_draw,
)
from livehouse.domains.fairness.commands import commands
from livehouse.domains.play.model import joining, rounds
from livehouse.domains.play.model.joining import Entry, Joining
from livehouse.domains.play.model.rounds import Draw, Round
from livehouse.domains.play.model.terms import words_of
from livehouse.foundation.ids import DrawId, PersonId, RoundId, RunId, ShowId, StoreId
from tests.support.draws_world import a_gathering, a_gift
from tests.support.moments import NOON

WORK = 10
DRAW = Draw(
    id=DrawId(UUID(int=1)),
    run_id=RunId(UUID(int=2)),
    show_id=ShowId(UUID(int=3)),
    store_id=StoreId(UUID(int=4)),
    plan=a_gathering(a_gift(2, "a"), a_gift(1, "b"), goal=10_000),
)
SEED = bytes(range(32))


def an_open_round(pot: int = 1) -> Round:
    one = rounds.promised(DRAW, 1, pot, round_id=RoundId(UUID(int=5)), seed=SEED, sealed=SEED)
    return rounds.opened(one, NOON)


def a_wish(number: int) -> Joining:
    nonce = sha256(str(number).encode()).hexdigest()
    return Joining(round_id=an_open_round().id, person_id=PersonId(UUID(int=number)), nonce=nonce)


def admitted(numbers: list[int]) -> list[Entry]:
    one = an_open_round()
    found = joining.admit([a_wish(n) for n in numbers], {one.id: one}, [], NOON)
    return [entry for entry in found if isinstance(entry, Entry)]


def published(entries: list[Entry], work: int = WORK) -> DrawRecord:
    one = an_open_round()
    listed = sorted({entry.name: entry for entry in entries}.items())
    root = root_of_leaves(b"".join(entry.leaf for _, entry in listed))
    key = stretched(one.id, SEED, root, work)
    places = first_places(b"".join(name for name, _ in listed), key, 3 + 13)
    return DrawRecord(
        protocol=PROTOCOL,
        draw_id=one.id,
        terms=one.terms,
        terms_hash=one.terms_hash,
        commitment=one.commitment,
        seed=SEED.hex(),
        root=root,
        nonces="".join(entry.nonce.hex() for _, entry in listed),
        places=tuple(name.hex() for name in places),
    )


@given(st.lists(st.integers(1, 40), max_size=60), st.randoms())
def test_winners_do_not_depend_on_who_came_first(numbers: list[int], chance: object) -> None:
    shuffled = list(numbers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert published(admitted(numbers)) == published(admitted(shuffled))


@given(st.lists(st.integers(1, 40), max_size=60))
def test_each_person_is_in_once_and_anybody_finds_the_winners(numbers: list[int]) -> None:
    entries = admitted(numbers)
    record = published(entries)

    assert {entry.person_id.int for entry in entries} == set(numbers)
    assert len(record.nonces) // 64 == len(set(numbers))
    assert all(verify_draw(record, WORK).values())


@given(st.lists(st.integers(1, 40), min_size=2, max_size=30, unique=True), st.data())
def test_whatever_is_changed_afterwards_is_found(numbers: list[int], data: st.DataObject) -> None:
    record = published(admitted(numbers))
    field = data.draw(st.sampled_from(["terms", "seed", "root", "nonces", "places", "commitment"]))
    value = getattr(record, field)
    if field == "places":
        changed: object = (*value[1:], value[0])
    elif field == "terms":
        changed = words_of(DRAW.id, DRAW.plan, 1, 2)
    elif field == "nonces":
        changed = value[64:]
    else:
        changed = f"{int(value, 16) ^ 1:064x}"

    assert not all(verify_draw(msgspec.structs.replace(record, **{field: changed}), WORK).values())


@given(st.binary(max_size=200).map(bytes.hex), st.text(max_size=80))
def test_a_hostile_record_is_answered(digits: str, text: str) -> None:
    record = DrawRecord(
        PROTOCOL, UUID(int=5), text, digits, digits, digits, digits, digits, (text,)
    )

    assert verify_draw(record, WORK) == {"form": False}


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=30))
def test_places_go_by_hmac_of_the_name(names: list[bytes]) -> None:
    key = bytes(32)
    expected = sorted(names, key=lambda name: (hmac.digest(key, name, "sha256"), name))

    assert first_places(b"".join(names), key, 5) == expected[:5]


@given(st.integers(1, 9), st.integers(0, 60))
def test_no_prize_is_won_twice_or_lost(pot: int, people: int) -> None:
    one = an_open_round(pot)
    names = [f"{number:032x}" for number in range(people)]
    known = {name: (PersonId(UUID(int=n)), "") for n, name in enumerate(names, start=1)}

    counts = rounds.given(rounds.winners_of(one, DRAW.plan, names, known), DRAW.plan)

    assert sum(counts) == min(people, 3 * pot)
    assert all(n <= prize.quantity * pot for n, prize in zip(counts, DRAW.plan.prizes, strict=True))


def test_the_command_reads_the_record_and_names_the_winners() -> None:
    record = published(admitted(list(range(1, 9))), work=2_000_000)
    runner = CliRunner()

    told = runner.invoke(commands(), ["verify", "-"], input=msgspec.json.encode(record))

    assert told.exit_code == 0, told.output
    assert f"{record.places[0]}  a" in told.output
    assert f"{record.places[2]}  b" in told.output


def test_names_hashes_and_terms_are_what_the_reference_says() -> None:
    nonce = "00" * 32
    name = sha256(b"livehouse/fair/1/entrant\0" + DRAW.id.bytes + bytes(32)).digest()[:16]

    assert name_of(DRAW.id, nonce) == name
    leaf = sha256(b"\0" + name + bytes(32) + b"\0\0\0\1").digest()
    assert leaf_for(DRAW.id, nonce) == leaf
    assert hash_of_terms("x") == sha256(b"livehouse/fair/1/terms\0x").hexdigest()
    assert commitment_to(DRAW.id, SEED) != SEED.hex()
