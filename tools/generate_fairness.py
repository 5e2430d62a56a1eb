"""Writes examples of draws, to test programs with that check them: ours in the browser is one."""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from msgspec import to_builtins
from msgspec.structs import replace

from livehouse.domains.fairness import (
    PLACED,
    PROTOCOL,
    WORK,
    DrawRecord,
    Entrant,
    Record,
    arranged,
    commitment_to,
    entrant_of,
    first_places,
    hash_of_terms,
    leaf_for,
    name_of,
    prove,
    root_of,
    root_of_leaves,
    stretched,
    verify,
    verify_draw,
)

DRAW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
# Few hashes in most examples, so that whoever tests with them need not wait; full in the last.
SHORT_WORK = 1_000
SIZES = (0, 1, 2, 3, 7, 64)
FULL_SIZE = 5


def _made_up(name: str) -> bytes:
    return sha256(f"example {name}".encode()).digest()


def _example(size: int, work: int) -> Record:
    entrants = [
        entrant_of(DRAW, _made_up(f"nonce {size} {number}").hex(), 1 + number % 3)
        for number in range(size)
    ]
    seed, root = _made_up(f"seed {size}"), root_of(entrants)
    order = arranged(entrants, stretched(DRAW, seed, root, work))
    return Record(
        protocol=PROTOCOL,
        draw_id=DRAW,
        commitment=commitment_to(DRAW, seed),
        seed=seed.hex(),
        root=root,
        entrants=tuple(sorted(entrants, key=lambda entrant: entrant.id)),
        order=tuple(entrant.id for entrant in order),
        outcomes=tuple(_outcomes(order)),
    )


def _outcomes(order: Sequence[Entrant]) -> list[str]:
    left, found = 6, []
    for entrant in order:
        if entrant.quantity <= left:
            left -= entrant.quantity
            found.append(PLACED)
        else:
            left = 0
            found.append("sold_out")
    return found


def _broken(record: Record) -> Mapping[str, Record]:
    """What somebody might try, by the finding that tells it first."""
    more = entrant_of(DRAW, _made_up("added later").hex())
    renamed = Entrant("00" * 16, record.entrants[0].nonce, record.entrants[0].quantity)
    return {
        "form": replace(record, seed=record.seed.upper() + "00"),
        "seed": replace(record, seed=_made_up("another seed").hex()),
        "names": replace(record, entrants=(renamed, *record.entrants[1:])),
        "root": replace(record, entrants=(*record.entrants, more)),
        "order": replace(record, order=(*record.order[1:], record.order[0])),
        "places": replace(record, outcomes=("sold_out", *record.outcomes[1:-1], PLACED)),
    }


def _described(record: Record, work: int) -> dict[str, Any]:
    first = record.entrants[0].id if record.entrants else ""
    return {
        "work": work,
        "record": to_builtins(record),
        "findings": {finding.name: finding.holds for finding in verify(record, work)},
        "proof": to_builtins(prove(record.entrants, first)),
    }


def _lots(size: int) -> DrawRecord:
    """A draw of the other kind: one nonce for each entrant, and the first places."""
    nonces = {name_of(DRAW, nonce): nonce for nonce in
              (_made_up(f"nonce {number}").hex() for number in range(size))}  # fmt: skip
    terms = '{"prizes":[{"quantity":2,"title":"A poster"}],"reserves":3}'
    seed = _made_up("seed of lots")
    root = root_of_leaves(b"".join(leaf_for(DRAW, nonces[name]) for name in sorted(nonces)))
    key = stretched(DRAW, seed, root, SHORT_WORK)
    return DrawRecord(
        protocol=PROTOCOL,
        draw_id=DRAW,
        terms=terms,
        terms_hash=hash_of_terms(terms),
        commitment=commitment_to(DRAW, seed),
        seed=seed.hex(),
        root=root,
        nonces="".join(nonces[name] for name in sorted(nonces)),
        places=tuple(name.hex() for name in first_places(b"".join(nonces), key, 5)),
    )


def _broken_lots(record: DrawRecord) -> Mapping[str, DrawRecord]:
    return {
        "form": replace(record, nonces=record.nonces + record.nonces[:64]),
        "terms": replace(record, terms=record.terms.replace("A poster", "A button")),
        "seed": replace(record, seed=_made_up("another seed").hex()),
        "root": replace(record, nonces=record.nonces[64:]),
        "order": replace(record, places=record.places[1:]),
    }


def _described_lots(record: DrawRecord) -> dict[str, Any]:
    found = verify_draw(record, SHORT_WORK)
    return {"work": SHORT_WORK, "record": to_builtins(record), "findings": found}


def vectors() -> str:
    """Whole draws with what a check of them finds, and broken ones that must be found."""
    sound = [_example(size, SHORT_WORK) for size in SIZES]
    broken = _broken(_example(7, SHORT_WORK))
    examples = {
        "protocol": PROTOCOL,
        "work": WORK,
        "sound": [
            *(_described(record, SHORT_WORK) for record in sound),
            _described(_example(FULL_SIZE, WORK), WORK),
        ],
        "broken": [
            {"fails": name, **_described(record, SHORT_WORK)} for name, record in broken.items()
        ],
        "lots": [_described_lots(_lots(size)) for size in (0, 1, 3, 9)],
        "broken_lots": [
            {"fails": name, **_described_lots(record)}
            for name, record in _broken_lots(_lots(9)).items()
        ],
    }
    return json.dumps(examples, indent=1, ensure_ascii=False) + "\n"


FAIRNESS: Mapping[str, Callable[[], str]] = {"docs/reference/fairness.vectors.json": vectors}
