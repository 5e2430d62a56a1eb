"""How a crowd that lost its server comes back: over a while that fits how many they are."""

from livehouse.engine import limits


def scatter_ms(crowd: int) -> int:
    """Over how many milliseconds a crowd of this size returns, each at a random moment."""
    wanted = crowd * 1_000 // limits.RETURNS_PER_SECOND
    return max(limits.SCATTER_MS_MIN, min(wanted, limits.SCATTER_MS_MAX))


def retry_ms(crowd: int, chance: float) -> int:
    """When one of them returns; `chance` is theirs alone, from 0 up to 1."""
    return limits.RETRY_MS_MIN + int(scatter_ms(crowd) * chance)
