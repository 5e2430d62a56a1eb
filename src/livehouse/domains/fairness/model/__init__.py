"""The rules of draws. Pure: values in, values out. Decision 0102 says against whom they hold."""

from livehouse.domains.fairness.model.drawing import (
    ENTRANTS_MAX,
    NONCE_BYTES,
    PROTOCOL,
    SEED_BYTES,
    WORK,
    Entrant,
    arranged,
    commitment_to,
    entrant_of,
    leaf_of,
    listed,
    nonce_of,
    root_of,
    stretched,
)
from livehouse.domains.fairness.model.records import PLACED, Finding, Record, verify

__all__ = [
    "ENTRANTS_MAX",
    "NONCE_BYTES",
    "PLACED",
    "PROTOCOL",
    "SEED_BYTES",
    "WORK",
    "Entrant",
    "Finding",
    "Record",
    "arranged",
    "commitment_to",
    "entrant_of",
    "leaf_of",
    "listed",
    "nonce_of",
    "root_of",
    "stretched",
    "verify",
]
