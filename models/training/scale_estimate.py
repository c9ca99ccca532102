"""The scale of a picture that states none, from the size of what is found in it: what the application does, in the
plainest form.

1. Look at the picture at the pixel size that the package assumes, with its own thresholds.
2. Size of the objects of the reference's classes whose box keeps BORDER_PX from the border: the median of
   sqrt(width * height), by count (of two in the middle the smaller), or by area, so that half of the area that they cover
   lies in larger ones. Fewer than least_objects: as it is.
3. Ratio of that size to size_um. Within `untouched`: as it is. Else the pixel size is divided by the ratio, at most
   LARGEST_CORRECTION away from the assumed one, and the picture looked at again.
4. A second correction where the ratio is then not within SETTLED, and the picture looked at for the last time.
"""

from __future__ import annotations

from typing import Callable

import numpy as np

from task import ScaleReference

#: Looks at a picture before the one that counts: each may correct the scale once.
MOST_CORRECTIONS = 2
#: After a correction, a size this near to the one stated needs no other.
SETTLED = (1 / 1.1, 1.1)
#: No picture is taken for more than this many times larger or smaller than the package assumes.
LARGEST_CORRECTION = 2.5
#: A box that comes nearer to the border than this may be of an object that is cut, model pixels.
BORDER_PX = 2

#: um per pixel -> boxes [n,4] x0 y0 x1 y1 in picture pixels and labels [n], at the package's own thresholds.
Look = Callable[[float], tuple[np.ndarray, np.ndarray]]


def size_found(boxes: np.ndarray, labels: np.ndarray, picture_size: tuple[int, int], um_per_px: float,
               nominal_um_per_px: float, reference: ScaleReference) -> tuple[int, float] | None:
    """How many objects were measured and the ratio of their size to the one stated; None where there are too few."""
    border = BORDER_PX * nominal_um_per_px / um_per_px
    width, height = picture_size
    whole = (boxes[:, 0] > border) & (boxes[:, 1] > border) & (boxes[:, 2] < width - border) & (boxes[:, 3] < height - border)
    kept = boxes[whole & np.isin(labels, reference.labels)]
    areas = np.sort((kept[:, 2] - kept[:, 0]) * (kept[:, 3] - kept[:, 1]))
    if len(areas) < reference.least_objects or areas.sum() == 0:
        return None
    weights = areas if reference.median == "area" else np.ones(len(areas))
    median = areas[np.searchsorted(weights.cumsum(), weights.sum() / 2)]
    return len(areas), float(np.sqrt(median) * um_per_px / reference.size_um)


def estimate_um_per_px(look: Look, picture_size: tuple[int, int], assumed_um_per_px: float, nominal_um_per_px: float,
                       reference: ScaleReference) -> float | None:
    """um per pixel by the objects of the picture; None where it is left as it is."""
    um_per_px, band, is_corrected = assumed_um_per_px, reference.untouched, False
    for _ in range(MOST_CORRECTIONS):
        found = size_found(*look(um_per_px), picture_size, um_per_px, nominal_um_per_px, reference)
        if found is None or band[0] <= found[1] <= band[1]:
            break
        um_per_px = min(max(um_per_px / found[1], assumed_um_per_px / LARGEST_CORRECTION), assumed_um_per_px * LARGEST_CORRECTION)
        band, is_corrected = SETTLED, True
    return um_per_px if is_corrected else None
