"""Other platforms that a room's shows are pushed to."""

from livehouse.domains.channels.adapters.sealing import Seal
from livehouse.domains.channels.model import Channel, ChannelState, PushedRun
from livehouse.domains.channels.service import Channels

__all__ = ["Channel", "ChannelState", "Channels", "PushedRun", "Seal"]
