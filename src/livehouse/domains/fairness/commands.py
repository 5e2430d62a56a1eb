"""`livehouse draw verify FILE`: recompute a draw from what was published of it."""

import sys
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

import click
import msgspec

from livehouse.domains.fairness.model import Record, verify
from livehouse.domains.fairness.model.draws import DrawRecord, hash_of_terms, terms_in, verify_draw

# A million entrants.
RECORD_BYTES_MAX = 96_000_000
WORDS = {
    "form": "the record is whole and of a kind that we know",
    "terms": "the terms are the ones that were fixed before anybody could enter",
    "seed": "the seed is the one that was promised before anybody could enter",
    "names": "every entrant's name follows from their nonce",
    "root": "the list of entrants is the one that was fixed before the seed was shown",
    "order": "the order follows from the seed and all nonces",
    "places": "the places were given in that order",
}


def commands() -> click.Group:
    @click.group("draw")
    def group() -> None:
        """Draws and fair openings."""

    @group.command("verify")
    @click.option("--commitment", help="As you saw it in the room before the opening.")
    @click.option("--terms-hash", help="As you saw it in the room before anybody could join.")
    @click.option("--root", help="As you saw it in the room before the seed.")
    @click.argument("file", type=click.File("rb"))
    def verify_file(
        commitment: str | None, terms_hash: str | None, root: str | None, file: BinaryIO
    ) -> None:
        """Check FILE (- is standard input), a draw's record; exits with 1 if it fails.

        It needs neither a house nor a network, so that somebody you trust can run it.
        """
        record = _read(file.read(RECORD_BYTES_MAX + 1))
        found = _found(record)
        lines = [(WORDS[name], holds) for name, holds in found.items()]
        if commitment is not None:
            lines.append(("the promise is the one you saw", commitment == record.commitment))
        if terms_hash is not None:
            lines.append(("the terms are the ones you saw", terms_hash == _terms_hash(record)))
        if root is not None:
            lines.append(("the list is the one you saw fixed", root == record.root))
        for words, holds in lines:
            click.echo(f"{'holds' if holds else 'FAILS'}  {words}")
        click.echo(_told(record))
        if not all(holds for _, holds in lines):
            sys.exit(1)

    return group


def _read(content: bytes) -> Record | DrawRecord:
    if len(content) > RECORD_BYTES_MAX:
        raise click.ClickException("This is too large to be the record of a draw.")
    try:
        if b'"nonces"' in content:
            return msgspec.json.decode(content, type=DrawRecord)
        return msgspec.json.decode(content, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"This is no record of a draw: {error}") from None


def _found(record: Record | DrawRecord) -> dict[str, bool]:
    if isinstance(record, DrawRecord):
        return verify_draw(record)
    return {finding.name: finding.holds for finding in verify(record)}


def _terms_hash(record: Record | DrawRecord) -> str:
    """Of the terms that stand in the record; the opening of an offer has none."""
    return hash_of_terms(record.terms) if isinstance(record, DrawRecord) else ""


def _told(record: Record | DrawRecord) -> str:
    if isinstance(record, Record):
        return f"{len(record.entrants)} entrants, draw {record.draw_id}"
    lines = [f"{len(record.nonces) // 64} entrants, draw {record.draw_id}"]
    with suppress(msgspec.DecodeError):
        left = iter(record.places)
        for prize in terms_in(record.terms).prizes:
            lines += [f"{name}  {prize.title}" for name in islice(left, prize.quantity)]
    return "\n".join(lines)
