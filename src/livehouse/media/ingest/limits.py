"""Sizes and deadlines of what cameras send."""

from datetime import timedelta

# Cameras at once, connected or waited for, and how many may be at the door while we ask.
INPUTS_MAX = 128
ASKING_MAX = 64
KEY_CHARACTERS_MAX = 200
AUTHORISE_SECONDS_MAX = 5.0
# A camera that says nothing for so long gives way to another, whatever the room has set.
SILENT_PUBLISHER = timedelta(seconds=5)
# Encoders connect again by themselves: who was taken over from may not take back at once.
TAKING_BACK_AFTER = timedelta(seconds=30)

# Towards each who listens: some six seconds of picture and sound, and never more memory than this.
SUBSCRIPTION_PACKETS_MAX = 512
SUBSCRIPTION_BYTES_MAX = 24 * 1024 * 1024
SUBSCRIBERS_MAX = 64

FIGURES_SPAN_MS = 5_000
FIGURES_PACKETS_MAX = 2_000

# A camera that has no sound is known by it after so long; until then its sound may be late.
SOUND_WAIT_SECONDS = 1
# Sound may stand so far from the time it came with, 25 ms at 48 kHz, before it is put right.
SOUND_OFF_SAMPLES_MAX = 1_200
# A camera's clock that jumps back so far has begun anew.
RESTART_SECONDS = 1
# What encoders take before a picture leaves them, as measured with FFmpeg and its like.
ENCODER_DELAY_MS = 150

# How soon a show notices that its camera is gone, and how long a camera may say nothing.
CAMERA_LOOK_SECONDS = 0.25
CAMERA_SILENCE_MS_MAX = 3_000
# How long a show that begins waits for the next keyframe of a camera that is there.
KEYFRAME_SECONDS_MAX = 4.0

# RTMP. A connection has so long to shake hands, then to publish, then between two pictures.
CONNECTIONS_MAX = 256
CONNECTIONS_PER_ADDRESS_MAX = 16
HANDSHAKE_SECONDS_MAX = 5.0
PUBLISH_SECONDS_MAX = 10.0
IDLE_SECONDS_MAX = 10.0
FAREWELL_SECONDS_MAX = 2.0
READ_BYTES = 64 * 1024
# A stranger's message is a command; a keyframe in 4K may be a few MB.
STRANGER_MESSAGE_BYTES_MAX = 16 * 1024
MESSAGE_BYTES_MAX = 6 * 1024 * 1024
KBPS_MAX = 60_000
RATE_SPAN_SECONDS = 10.0
WRITE_BYTES_MAX = 256 * 1024
COMMANDS_MAX = 200
ACKNOWLEDGE_BYTES = 1_000_000
PING_SECONDS = 5.0
LISTEN_RETRY = timedelta(seconds=5)

# Fetching from another video server.
PULL_OPEN_SECONDS_MAX = 10.0
PULL_READ_SECONDS_MAX = 10.0
PULL_STOP_SECONDS_MAX = 5.0
PULL_TRIES_MAX = 20
# What comes in segments goes on evenly; further off than this, it has begun anew.
PULL_AHEAD_SECONDS_MAX = 30.0
PULL_LATE_SECONDS_MAX = 1.0
