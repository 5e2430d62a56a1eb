"""Cameras and viewers over WebRTC: WHIP in (RFC 9725), WHEP out."""
