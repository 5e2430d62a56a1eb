"""RTMP as OBS, FFmpeg and phones speak it to publish: Adobe's specification 1.0 of 2012."""
