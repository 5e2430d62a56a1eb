"""Sizes and deadlines of a show's other renditions."""

from datetime import timedelta

# Pieces that wait for the encoder, in seconds of picture: beyond this the largest rendition is
# dropped; beyond several times as much all are, and what waits is forgotten.
BEHIND_SECONDS_MAX = 1.5
BEHIND_TIMES_MAX = 4
# A rendition that was dropped is tried again after so long.
REST = timedelta(seconds=60)
STOP_SECONDS_MAX = 5.0
# Of two pictures nearer than this only one is encoded: 60 a second become 30.
SPACING_SECONDS_MIN = 1 / 40
# A picture is of another shape when the ratio of its sides differs by more than this.
SHAPE_SHARE_MAX = 0.02
# Encoding gives way to packaging where the machine is busy.
NICENESS = 5
LOAD_SPAN_SECONDS = 5.0
# Segments and init sections of all sizes that wait for the disk: some ten seconds of them.
KEEPING_WAITING_MAX = 32
# How long a run that ends waits for them.
FLUSH_SECONDS_MAX = 5.0
