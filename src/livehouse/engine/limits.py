"""Every bound of the engine, in one place."""

# Time of a room. A quiet room still speaks, so that its viewers notice when it dies.
TICK_MS = 250
QUIET_TICK_MS = 1_000
PULSE_MS = 50  # how often a gateway hands on what its viewers sent
PULSE_LEAD_MS = 10  # so long before a tick, so that the tick has what was sent until then
PACE_LATE_FRAMES = 4  # so many in a row slow a room
PACE_CALM_MS = 4_000  # a room that was slowed is faster again after so long without need

# Room state: what a phone can hold and a frame can carry.
STATE_BYTES_MAX = 256 * 1024
STATE_DEPTH_MAX = 8
STATE_KEY_CHARACTERS_MAX = 128
INTEGER_MAX = 2**53 - 1  # beyond it JavaScript's numbers lose the last digit

# Frames.
KEYFRAME_EVERY = 120
HASH_EVERY = 8
LINES_PER_TICK_MAX = 30  # of TICK_MS; 120 a second: more than anyone reads
SAYS_PER_TICK_MAX = 30  # purchases shown and the like, beside the lines

# Conductor.
FACTS_PER_TICK_MAX = 500
LINES_PENDING_MAX = 2_000
LINES_REMEMBERED_MAX = 1_000  # a line sent twice is shown once
FRAMES_REMEMBERED = 120  # and so it is by the next conductor: half a minute of a lively room
AUTHORS_REMEMBERED_MAX = 1_000
GATEWAY_SILENCE_MS_MAX = 6_000  # after it a gateway's viewers no longer count
# After a death the room is silent for at most what is left of the lease, an election and two
# ticks: 2.75 s (decision 0063). A short lease costs no safety, since each insert checks it.
LEASE_SECONDS = 1.75
LEASE_RENEW_MS = 500
ELECTION_MS = 500
LOG_SECONDS_MAX = 5.0

# Gateway.
CONNECTIONS_MAX = 20_000
CONNECTIONS_PER_ADDRESS_MAX = 100
TURNED_AWAY_MAX = 1_000  # above so many more the node does not even say why
ELSEWHERE_MS = 15_000  # who was turned away asks again after this, or up to twice as long
LATE_MS_MAX = 1_000  # a node whose pulse is so late, so often in a row, lets nobody else in
LATE_PULSES_MAX = 4
LATE_CALM_MS = 3_000
JOIN_MS_MAX = 5_000
LISTEN_MS = 20_000  # silent for so long: asked once, then closed
MESSAGE_BYTES_MAX = 4_096
MESSAGES_PER_SECOND = 10
MESSAGES_BURST = 30
STRIKES_PER_SECOND = 0.05
STRIKES_MAX = 8
LIKES_PER_MESSAGE_MAX = 50
LIKES_PER_SECOND = 20
LIKES_BURST = 50
SIGNAL_EVERY_MS = 2_000  # a gateway repeats its viewers at least this often
LINE_ANSWER_MS_MAX = 5_000
LINES_WAITING_MAX = 5_000
ANSWERS_PER_LINE_MAX = 8  # the newest of a client that asks again and again
CLOSE_SECONDS_MAX = 3.0
ENDED_GRACE_MS = 10_000
HUB_IDLE_MS = 60_000
HUB_SILENCE_MS_MAX = 3_000  # then the hub looks into the log itself
FIRST_FRAME_MS_MAX = 5_000
RETRY_MS_MIN = 500
RETRY_MS_MAX = 5_000

# How a crowd comes back: no faster than this, nor all at once, nor after longer than that.
RETURNS_PER_SECOND = 2_500
SCATTER_MS_MIN = 1_000
SCATTER_MS_MAX = 30_000
RESUME_EVERY_MS = 480_000  # how often who stays gets a new ticket to come back with

# What waits for one viewer: above the first bound frames stop and a keyframe follows later;
# above the second, or when the wait is too long, the viewer is closed and may come back.
OUTBOX_BYTES_SLOW = 64 * 1024
OUTBOX_BYTES_RESUME = 16 * 1024
OUTBOX_BYTES_MAX = 256 * 1024
OUTBOX_BEHIND_MS_MAX = 30_000
CATCH_UP_BYTES_MAX = 48 * 1024
SOCKET_SEND_BUFFER_BYTES = 64 * 1024
SOCKET_READ_BUFFER_BYTES = 2_048

# A frame goes to a large room in slices of so many viewers, a few milliseconds each; others' work
# comes between. More frames than this are never on their way at once.
FANOUT_SLICE = 500
FANOUT_BATCHES_MAX = 4

# Frames kept in memory per run and node.
RING_FRAMES_MAX = 600
RING_KEYFRAME_EVERY = 16
RING_CHAT_FRAMES = 16  # a newcomer sees at least this much of what was just said
RESUME_FRAMES_MAX = 1_200
RETURNING_MAX = 20  # viewers a run and node that read the log at once; the others start over

# Segments over HTTP: two seconds of programme time, aligned to the wall clock.
SEGMENT_MS = 2_000
SEGMENTS_AHEAD_MAX = 1  # who asks for a later one is too early
SEGMENT_SECONDS_MAX = 6.0  # a request waits so long for its segment to be whole
SEGMENT_WAITERS_MAX = 20_000  # requests that wait on a node at once
SEGMENTS_KEPT = 30  # the newest of a run on a node: a minute
SEGMENT_BYTES_KEPT = 32_000_000  # older ones of all runs on a node
SEGMENT_READS_MAX = 8  # reads of the log for older ones at once
SHELVES_MAX = 500  # runs that a node cuts at once
SHELF_IDLE_MS = 30_000

SEAL_BEHIND_MS = 20_000  # what is older than this is sealed into the archive
SEAL_AT_ONCE = 30  # segments: a minute of frames in memory
KNOWN_LIVE_MS = 1_000  # how long a node believes what it knows of the archive, while a run is on
KNOWN_ENDED_MS = 60_000
TAKEN_BACK_KEPT = 10_000

# Viewers without a socket: posts of what they do, and that they are there.
POST_COMMANDS_MAX = 32
POST_BYTES_MAX = 16 * 1024
POST_SECONDS_MAX = 4.0  # answers that come later go with the next post
POST_AGAIN_MS = 15_000
POST_SILENCE_MS_MAX = POST_AGAIN_MS * 5 // 2  # who is silent for so long has left
POST_ANSWERS_KEPT = 64  # late answers a viewer; the oldest are forgotten
POSTERS_MAX = 50_000  # such viewers a node

# Group commit.
GROUP_ITEMS_MAX = 1_000
GROUP_PENDING_MAX = 20_000
