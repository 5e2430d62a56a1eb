"""Sizes and deadlines of what cameras send."""

from datetime import timedelta

# Cameras at once, connected or waited for, and how many may be at the door while we ask.
INPUTS_MAX = 128
ASKING_MAX = 64
KEY_CHARACTERS_MAX = 200
AUTHORISE_SECONDS_MAX = 5.0
# A camera that says nothing for so long gives way to another, whatever the room has set.
SILENT_PUBLISHER = timedelta(seconds=5)

# Towards each who listens: some six seconds of picture and sound, and never more memory than this.
SUBSCRIPTION_PACKETS_MAX = 512
SUBSCRIPTION_BYTES_MAX = 24 * 1024 * 1024
SUBSCRIBERS_MAX = 64

FIGURES_SPAN_MS = 5_000
FIGURES_PACKETS_MAX = 2_000
