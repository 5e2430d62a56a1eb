"""Where packets come from: the test stage, a looped file; later WHIP and RTMP."""
