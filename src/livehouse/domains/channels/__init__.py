"""Other platforms that a room's shows are pushed to."""

from livehouse.domains.channels.model import Channel, ChannelState, Destination, PushedRun
from livehouse.domains.channels.service import Channels

__all__ = ["Channel", "ChannelState", "Channels", "Destination", "PushedRun"]
