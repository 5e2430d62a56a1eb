"""The rules of a draw: one order for everybody, which nobody could choose."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.fairness import (
    BadNonce,
    Entrant,
    arranged,
    commitment_to,
    entrant_of,
    nonce_of,
    prove,
    proves,
    root_of,
    stretched,
)

DRAW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
ANOTHER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
SEED = bytes(range(32))
WORK = 10

nonces = st.binary(min_size=32, max_size=32).map(bytes.hex)
crowds = st.lists(
    st.tuples(nonces, st.integers(1, 100)), max_size=40, unique_by=lambda one: one[0]
).map(lambda found: [entrant_of(DRAW, nonce, quantity) for nonce, quantity in found])


def drawn(crowd: list[Entrant], seed: bytes = SEED) -> list[str]:
    key = stretched(DRAW, seed, root_of(crowd), WORK)
    return [entrant.id for entrant in arranged(crowd, key)]


def a_crowd(size: int) -> list[Entrant]:
    return [entrant_of(DRAW, number.to_bytes(32, "big").hex()) for number in range(size)]


@given(crowds, st.randoms())
def test_the_order_in_which_people_entered_changes_nothing(
    crowd: list[Entrant], random: Random
) -> None:
    shuffled = list(crowd)
    random.shuffle(shuffled)

    assert drawn(shuffled) == drawn(crowd)


@given(crowds)
def test_everybody_gets_one_place(crowd: list[Entrant]) -> None:
    assert sorted(drawn(crowd)) == sorted(entrant.id for entrant in crowd)


@given(crowds, nonces)
def test_another_list_has_another_root(crowd: list[Entrant], nonce: str) -> None:
    more = entrant_of(DRAW, nonce)

    if more.id not in {entrant.id for entrant in crowd}:
        assert root_of([*crowd, more]) != root_of(crowd)


def test_a_change_of_one_nonce_arranges_all_others_anew() -> None:
    crowd = a_crowd(50)
    changed = [*crowd[:-1], entrant_of(DRAW, "ff" * 32)]

    others = {entrant.id for entrant in crowd[:-1]}
    assert [id_ for id_ in drawn(changed) if id_ in others] != [
        id_ for id_ in drawn(crowd) if id_ in others
    ]


def test_a_change_of_the_seed_arranges_all_anew() -> None:
    assert drawn(a_crowd(50)) != drawn(a_crowd(50), seed=bytes(32))


def test_a_change_of_quantity_changes_the_root() -> None:
    nonce = "ab" * 32

    assert root_of([entrant_of(DRAW, nonce, 1)]) != root_of([entrant_of(DRAW, nonce, 2)])


def test_all_places_are_equally_likely() -> None:
    crowd = a_crowd(4)
    first = dict.fromkeys((entrant.id for entrant in crowd), 0)
    for number in range(2_000):
        first[drawn(crowd, seed=number.to_bytes(32, "big"))[0]] += 1

    # 500 are expected of each; one in ten million honest draws leaves these bounds.
    assert all(390 < count < 610 for count in first.values())


def test_a_commitment_holds_for_one_draw_only() -> None:
    assert commitment_to(DRAW, SEED) != commitment_to(ANOTHER, SEED)
    assert entrant_of(DRAW, "ab" * 32).id != entrant_of(ANOTHER, "ab" * 32).id


@given(crowds)
def test_everybody_can_be_shown_to_be_in_the_list(crowd: list[Entrant]) -> None:
    root = root_of(crowd)

    for entrant in crowd:
        proof = prove(crowd, entrant.id)
        assert proof is not None
        assert len(proof.hashes) <= max(1, len(crowd)).bit_length()
        assert proves(proof, entrant, root)


@given(crowds, nonces)
def test_a_stranger_cannot(crowd: list[Entrant], nonce: str) -> None:
    stranger, root = entrant_of(DRAW, nonce), root_of(crowd)
    if stranger.id in {entrant.id for entrant in crowd}:
        return

    assert prove(crowd, stranger.id) is None
    for entrant in crowd[:3]:
        proof = prove(crowd, entrant.id)
        assert proof is not None
        assert not proves(proof, stranger, root)


@pytest.mark.parametrize(
    "text",
    ["", "ab", "AB" * 32, "ab" * 33, "zz" * 32, "ab" * 31 + " a", "ab" * 32 + "\n", "٣" * 64],
)
def test_a_nonce_is_32_bytes_in_small_letters(text: str) -> None:
    with pytest.raises(BadNonce):
        nonce_of(text)
