"""Every bound of the client, in one place."""

CONNECT_SECONDS_MAX = 10.0
JOIN_SECONDS_MAX = 10.0
ANSWER_SECONDS_MAX = 15.0  # for one request, over all reconnects
MESSAGE_BYTES_MAX = 1024 * 1024  # a keyframe of the largest state, with all that passes
READ_BUFFER_BYTES = 2_048  # grows with what comes; thousands of connections share a process

# A quiet room still speaks every second: after this long we ask, and after as long again give up.
QUIET_SECONDS = 12.0

# What was heard and not yet taken. A program that is slower starts over at a keyframe.
FRAMES_WAITING_MAX = 240
REQUESTS_WAITING_MAX = 32

# Coming back: doubling from the first to the last, each drawn from its upper half.
DELAY_SECONDS_FIRST = 0.4
DELAY_SECONDS_MAX = 20.0
CROWDED_SECONDS = 5.0
TOLD_SECONDS_MAX = 60.0
STEADY_SECONDS = 5.0  # a visit that lasted so long was a good one: the next delay is short again

# Over HTTP.
RECENT_MS = 30_000  # who knows the room as it was then goes on from there, else from now
FAILURES_MAX = 5
TOGETHER_SECONDS = 0.5  # what is said within it goes in one post
HELP_SECONDS = 20.0  # so long HTTP carries before the socket is tried again
HELP_AFTER_ATTEMPTS = 2
