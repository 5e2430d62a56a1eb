"""Front door of followers: who follows a store, how that is counted, and letters to them."""

from livehouse.domains.followers.model import FollowLetter, NewsKind
from livehouse.domains.followers.service import Followers, News, StoreLetters

__all__ = ["FollowLetter", "Followers", "News", "NewsKind", "StoreLetters"]
