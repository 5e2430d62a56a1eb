"""What people do with stores that they follow, and what stores hear of it."""

from livehouse.domains.followers.service.followers import Followers
from livehouse.domains.followers.service.letters import StoreLetters
from livehouse.domains.followers.service.news import News

__all__ = ["Followers", "News", "StoreLetters"]
