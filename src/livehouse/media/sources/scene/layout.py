"""Where everything stands, for any size of picture, wide or high."""

from msgspec import Struct

from livehouse.media.timecode import band_height


def even(value: float) -> int:
    return round(value / 2) * 2


class Layout(Struct, frozen=True):
    """All in pixels; positions and sizes of what is copied are even."""

    width: int
    height: int
    band: int
    board_left: int
    board_top: int
    board_width: int
    board_height: int
    horizon: int
    audience_top: int
    # A length that things of the stage are measured by.
    unit: float
    pedestal_top: int
    pedestal_bottom: int

    @property
    def middle(self) -> int:
        return even(self.width / 2)


def layout(width: int, height: int) -> Layout:
    portrait = height > width
    band = band_height(height)
    board_width = even(width * (0.84 if portrait else 0.52))
    board_height = even(board_width * (0.42 if portrait else 0.34))
    unit = min(width * 0.85, height) if portrait else min(height, width * 0.62)
    horizon = even(height * 0.685)
    return Layout(
        width=width,
        height=height,
        band=band,
        board_left=even((width - board_width) / 2),
        board_top=even(band + height * (0.075 if portrait else 0.06)),
        board_width=board_width,
        board_height=board_height,
        horizon=horizon,
        audience_top=even(height * 0.815),
        unit=unit,
        pedestal_top=even(horizon + unit * 0.015),
        pedestal_bottom=even(horizon + unit * 0.20),
    )
