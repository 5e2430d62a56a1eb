"""Random orders that anybody can recompute: who gets a place when more want one than there are.

Openings of offers use it, and so do draws.
"""

from livehouse.domains.fairness.errors import BadNonce
from livehouse.domains.fairness.model import (
    ENTRANTS_MAX,
    NONCE_BYTES,
    PLACED,
    PROTOCOL,
    SEED_BYTES,
    WORK,
    Entrant,
    Finding,
    Record,
    arranged,
    commitment_to,
    entrant_of,
    listed,
    nonce_of,
    root_of,
    stretched,
    verify,
)
from livehouse.domains.fairness.model.draws import (
    PLACES_MAX,
    DrawRecord,
    first_places,
    hash_of_terms,
    leaf_for,
    name_of,
    root_of_leaves,
    terms_in,
    verify_draw,
)
from livehouse.domains.fairness.model.proofs import Proof, prove, proves

__all__ = [
    "ENTRANTS_MAX",
    "NONCE_BYTES",
    "PLACED",
    "PLACES_MAX",
    "PROTOCOL",
    "SEED_BYTES",
    "WORK",
    "BadNonce",
    "DrawRecord",
    "Entrant",
    "Finding",
    "Proof",
    "Record",
    "arranged",
    "commitment_to",
    "entrant_of",
    "first_places",
    "hash_of_terms",
    "leaf_for",
    "listed",
    "name_of",
    "nonce_of",
    "prove",
    "proves",
    "root_of",
    "root_of_leaves",
    "stretched",
    "terms_in",
    "verify",
    "verify_draw",
]
