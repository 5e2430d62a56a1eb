"""The machine-readable clock in the top rows of the test stage.

Geometry, for a picture of `width` x `height` pixels: 48 cells stand side by side from the left
edge, each `cell_width(width)` wide, and fill the top `band_height(height)` rows. A cell is one
bit of the programme time in ms since 1970, the most significant first: white is 1, black is 0.
Read the middle of a cell and compare with 128.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BITS = 48
WHITE = 235
BLACK = 16
GREY = 128
# A cell between these is no cell: the picture is not ours, or was damaged.
SURE_WHITE = 170
SURE_BLACK = 85
BAND_SHARE = 45
BAND_ROWS_MIN = 12

Plane: TypeAlias = NDArray[np.uint8]

_WEIGHTS = np.array([1 << (BITS - 1 - index) for index in range(BITS)], dtype=np.int64)


def cell_width(width: int) -> int:
    """Even, so that colour planes of half size meet the same edges."""
    return width // BITS // 2 * 2


def band_height(height: int) -> int:
    return max(BAND_ROWS_MIN, height // BAND_SHARE // 2 * 2)


def write(luma: Plane, at: int) -> None:
    """Burn `at` (ms) into a luma plane. The colour under the band must be neutral."""
    height, width = luma.shape
    cells = np.where(np.bitwise_and(_WEIGHTS, at) != 0, WHITE, BLACK).astype(np.uint8)
    row = np.repeat(cells, cell_width(width))
    luma[: band_height(height), : row.size] = row


def read(luma: Plane) -> int | None:
    """The time (ms) that a luma plane shows; None where a cell is neither black nor white."""
    height, width = luma.shape
    cell, band = cell_width(width), band_height(height)
    rows = luma[band // 4 : band - band // 4, : cell * BITS].astype(np.float32)
    inner = rows.reshape(rows.shape[0], BITS, cell)[:, :, cell // 4 : cell - cell // 4]
    levels = inner.mean(axis=(0, 2))
    if np.any((levels > SURE_BLACK) & (levels < SURE_WHITE)):
        return None
    return int(_WEIGHTS[levels > GREY].sum())
