"""Which nodes carry the house, and which of them makes the video of each run."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Table, Text, Uuid

from livehouse.storage.schema import metadata, moment

nodes = Table(
    "nodes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("address", Text, nullable=False),
    Column("has_nats", Boolean, nullable=False),
    # Tells whether two nodes hold the same secrets, and not what they are.
    Column("keys_proof", Text, nullable=False),
    moment("heard_at"),
)

# Stays when the run is over: its recording lies with its last owner.
media_owners = Table(
    "media_owners",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("node", Text, nullable=False),
    Column("next_number", BigInteger, nullable=False),
    moment("expires_at"),
)
