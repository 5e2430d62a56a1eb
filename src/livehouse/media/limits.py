"""Sizes and deadlines of the media process."""

from datetime import timedelta

SEGMENT_SECONDS = 2.0
# A segment may be this long before it is closed without a keyframe; rounds to the target.
SEGMENT_SECONDS_MAX = 2.4
# A segment waits for the next keyframe if that makes it longer than aimed at by this much.
LONGER_SHARE = 1.2
# A part that is not the last of its segment lasts at least this share of the longest (RFC 8216bis,
# 4.4.4.9).
PART_SHORTEST_SHARE = 0.85
# Segments in the live playlist, and how many older ones a slow player still finds in memory.
WINDOW_SEGMENTS = 16
KEPT_SEGMENTS = 4
# A request for what is not there yet waits so long: less than caches in front of us do.
BLOCK_SECONDS_MAX = 6.0
WAITING_MAX = 20_000

# Between an encoding thread and the loop: about six seconds of picture and sound.
HANDOVER_PACKETS_MAX = 512
SOURCE_SILENCE_MAX = timedelta(seconds=8)
# A source that begins on a busy machine is given longer: ending it would only begin it anew.
SOURCE_BEGIN_MAX = timedelta(seconds=45)
SOURCE_STOP_SECONDS_MAX = 5.0
RETRY_FIRST = timedelta(milliseconds=500)
RETRY_MAX = timedelta(seconds=15)

# A jump of the source's clock against ours from which on the run starts a new stretch.
CLOCK_JUMP_MS = 500
GAP_SECONDS_MAX = 1.0

DISK_WRITE_SECONDS_MAX = 10.0
DISK_FREE_BYTES_MIN = 256 * 1024 * 1024
RECORDING_BYTES_MAX = 40 * 1024**3
# A recording that stopped for want of space goes on when this share of the quota is free again.
RECORDING_RESUME_SHARE = 0.05

POSTER_EVERY_SECONDS = 30.0
POSTER_WIDTH_MAX = 1280

PICTURE_SIDE_MAX = 4096
RECORDED_WIDTH_MAX = 1280
RECORDED_HEIGHT_MAX = 1280
PREPARE_SILENCE_SECONDS_MAX = 60.0
PREPARE_MEMORY_BYTES_MAX = 3 * 1024**3
LOOP_SECONDS_MIN = 0.2
# In a list that plays one after the other.
FILES_MAX = 50

# A player that comes too early waits, at most so long, until there is enough to start without
# a stall: a player that starts on a single segment stands still until the next one is there.
FIRST_SEGMENTS = 2
FIRST_SEGMENTS_SECONDS_MAX = 8.0

CONTROL_BODY_BYTES_MAX = 64 * 1024
CONTROL_SECONDS_MAX = 10.0
ANNOUNCE_SECONDS_MAX = 30.0
HEALTH_EVERY = timedelta(seconds=1)
HEALTH_MISSES_MAX = 5
RUNS_MAX = 64
TITLE_CHARACTERS_MAX = 200
INPUT_ID_CHARACTERS_MAX = 64
PLAYBACK_CHARACTERS_MAX = 1_000
# How long a slate stands in for a camera before the picture stops, and the most that may be set.
GRACE_SECONDS = 120
GRACE_SECONDS_MAX = 24 * 3600
NAME_CHARACTERS_MAX = 80
# Guests on stage beside the host.
GUESTS_MAX = 3
