"""Sizes and deadlines of WebRTC."""

from datetime import timedelta

# A browser's offer of one camera and one microphone takes 6 to 10 kB.
OFFER_BYTES_MAX = 48 * 1024
MEDIA_SECTIONS_MAX = 4
CANDIDATES_MAX = 64
FRAGMENT_BYTES_MAX = 8 * 1024

SESSIONS_MAX = 32
# Those that have an answer and are not connected yet.
CONNECTING_MAX = 16
# Of the seats for anybody, one address may take this share, and so many in any case.
ADDRESS_SHARE = 0.25
ADDRESS_SEATS_MIN = 2
# Seats beyond those, for guests and hosts: for all, and for each of them (a page that was loaded
# anew comes before the connection of the one before is known to be gone).
KEPT_SEATS_MAX = 64
HOLDER_SEATS_MAX = 3
# Between the answer and the first picture: who has not come by then is let go.
CONNECT_MAX = timedelta(seconds=10)
# ICE notices after half a minute that nobody is there; a show cannot wait so long.
SILENCE_MAX = timedelta(seconds=3)
CLOSE_SECONDS_MAX = 5.0
# How often a session looks at its link.
LOOK_EVERY = timedelta(milliseconds=100)
NOTE_EVERY_LOOKS = 10

# A browser sends a keyframe only when it is asked, and an answer takes about this long.
KEYFRAME_LEAD_SECONDS = 0.12
KEYFRAME_AGAIN_SECONDS = 0.4
# What we say that we can receive. Browsers go below it by themselves where packets are lost.
RECEIVE_BITS_PER_SECOND = 6_000_000
START_KBPS = 2_000
LEAST_KBPS = 600
MOST_KBPS = 6_000

# A picture that waits so long for a lost packet is given up; the lost one is asked for before.
MISSING_AGAIN_MS = 120
MISSING_MAX_MS = 700

# Sound: how far it may be from its place before it is cut or filled up, in samples at 48 kHz.
SOUND_JUMP_SAMPLES = 2_880
SOUND_GAP_SAMPLES_MAX = 5 * 48_000
# Without sound for so long, silence stands in for it; once it is gone at once.
SOUND_LATE_SECONDS = 0.4
SOUND_GONE_SECONDS = 2.0
REORDER_PACKETS = 3

DECODE_QUEUE_PICTURES = 8
ENCODED_LONG_SIDE = 1280
ENCODED_KBPS = 2_500
PICTURE_SIDE_MIN = 64

# Towards one viewer over WebRTC: some seconds of pictures and sound.
VIEWER_PACKETS_MAX = 256
# How soon viewers are let go when a run is over.
FEED_LOOK_SECONDS = 0.5

# Towards another platform over WHIP: one request, redirects of an offer, how long who has reported
# may be silent (RFC 3550 has a report every five seconds), and from which loss on it is told.
PLATFORM_SECONDS_MAX = 5.0
PLATFORM_REDIRECTS_MAX = 3
PLATFORM_SILENCE_SECONDS_MAX = 12.0
PLATFORM_LOSS_MAX = 0.05
# After every 16 packets: 30 Mb/s at most, so that a keyframe of 100 kB takes 25 ms.
PACE = timedelta(milliseconds=4)
