"""Every bound of the client, in one place."""

CONNECT_SECONDS_MAX = 10.0
JOIN_SECONDS_MAX = 10.0
MESSAGE_BYTES_MAX = 1024 * 1024  # a keyframe of the largest state, with all that passes
READ_BUFFER_BYTES = 2_048  # grows with what comes; thousands of connections share a process
