"""What formats say over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.programmes.model.formats import WHY_CHARACTERS_MAX, Prepared, Requirement
from livehouse.foundation.clock import Instant


class MissingInfo(Struct, frozen=True):
    """What is missing before the show can go live: `found` of `wanted`, for requirement `part` of
    whom. `mended_in` is run-sheet, studio or format; `words` are English."""

    requirement: Requirement
    part: str
    found: int
    wanted: int
    mended_in: str
    words: str


class FormatInfo(Struct, frozen=True):
    """`ready` is whether the show may go live: nothing is missing, or it is `signed` as it is.
    `format` is empty where none is chosen, of which there are `formats`."""

    format: str
    formats: list[str]
    ready: bool
    signed: bool
    signed_at: Instant | None
    asked_at: Instant | None
    answer: str
    confirmed: tuple[Requirement, ...]
    missing: list[MissingInfo]
    camera_seen_at: Instant | None
    camera_key_seconds: float | None


class ChooseFormat(Struct, frozen=True, forbid_unknown_fields=True):
    """`confirmed` are those of rights, disclosures and technical that the host vouches for."""

    format: Annotated[str, Meta(min_length=1, max_length=40)]
    confirmed: Annotated[tuple[Requirement, ...], Meta(max_length=3)] = ()


class AskForSignature(Struct, frozen=True, forbid_unknown_fields=True):
    why: Annotated[str, Meta(min_length=1, max_length=WHY_CHARACTERS_MAX)]


def format_info(found: Prepared, formats: list[str]) -> FormatInfo:
    chosen = found.chosen
    return FormatInfo(
        format=chosen.format if chosen else "",
        formats=formats,
        ready=found.signed or not found.gaps,
        signed=found.signed,
        signed_at=chosen.signed_at if chosen and found.signed else None,
        asked_at=chosen.asked_at if chosen else None,
        answer=chosen.answer if chosen else "",
        confirmed=chosen.confirmed if chosen else (),
        missing=[
            MissingInfo(
                gap.requirement, gap.part.value if gap.part else "", gap.found, gap.wanted,
                gap.mended_in, gap.words,
            )
            for gap in found.gaps
        ],
        camera_seen_at=chosen.camera_seen_at if chosen else None,
        camera_key_seconds=chosen.camera_key_seconds if chosen else None,
    )  # fmt: skip
