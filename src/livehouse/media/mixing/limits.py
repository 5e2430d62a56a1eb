"""Sizes and times of the mix."""

WIDTH, HEIGHT, FPS, KBPS = 1280, 720, 30, 2_500
PRESET = "superfast"
KEY_SECONDS = 2

# The mix shows what was taken so long ago: by then also a late packet of each camera is there.
DELAY_MS = 300
# The mix begins when every camera has given a picture, or after so long without some of them.
WARM_UP_MS_MAX = 4_000
LEAD_MS = 100
WARM_UP_LOOK_MS = 20
# A picture older than this has stood still for too long: its place on the stage is given up.
STALE_MS = 1_500
# Who has left may come back within this time without the picture changing its source twice.
HOLD_MS = 4_000
# A mix this late leaves pictures out; one this far from its time means that the clock was set.
LATE_MS = 500
CLOCK_SET_MS = 2_000

# Between the loop and the mixing thread, for each camera: some seconds of pictures and sound.
MAILBOX_ITEMS_MAX = 400
# How far ahead of what is shown a camera is decoded: pictures may come out of order.
AHEAD_MS = 200
PICTURES_WAITING_MAX = 24

SOUND_SPAN_SAMPLES = 4 * 48_000
# Sound this far from its place is put right at once, nearer than that little by little.
SOUND_JUMP_SAMPLES = 2_880
SOUND_OFF_SAMPLES = 240
LOUDEST = 0.95

# Drawn names that are remembered: those of all places of a few layouts.
NAMEPLATES_MAX = 24
