"""What is said of the forms of a picture, for players that choose."""

import pytest

from livehouse.media.renditions.multivariant import declared


@pytest.mark.parametrize(
    ("source", "said"), [(2_500_000, 1_000_000), (600_000, 540_000), (0, 1_000_000)]
)
def test_a_smaller_picture_is_never_said_to_take_more_than_the_source(
    source: int, said: int
) -> None:
    assert declared(1_000_000, source) == said
