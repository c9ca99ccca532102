"""What the network should answer for a view: heat map, where not to punish, boxes and their weights."""

from __future__ import annotations

import numpy as np

from augment import View
from network import CLASSES, OUTPUT_STRIDE

#: Width of an object's Gaussian relative to its box (TTFNet: alpha / 6).
SPREAD = 0.54 / 6
#: Below this a platelet's neighbouring cells would be punished for a doubt of one cell (4 px), which blur alone causes.
LEAST_SIGMA_CELLS = 0.8
#: Cells of an object's Gaussian above this also learn its box.
BOX_LEVEL = 0.3
RED, WHITE = 0, 1


def make_targets(view: View, doubtful_weight: float) -> dict[str, np.ndarray]:
    """heat [3,h,w], negative [3,h,w] (weight of "nothing here"), box [4,h,w] x0 y0 x1 y1 px, box_weight [h,w].

    doubtful_weight: how much "no red cell here" counts on cell-like places without a box.
    """
    h, w = view.doubtful.shape
    heat = np.zeros((len(CLASSES), h, w), np.float32)
    negative = np.ones_like(heat)
    box = np.zeros((4, h, w), np.float32)
    box_weight = np.zeros((h, w), np.float32)
    negative[RED][view.doubtful] = doubtful_weight
    for x0, y0, x1, y1 in view.ignored / OUTPUT_STRIDE:
        negative[:, int(y0):int(np.ceil(y1)), int(x0):int(np.ceil(x1))] = 0
    ys, xs = np.arange(h)[:, None], np.arange(w)[None, :]
    # Large objects first: where two overlap, the cells in doubt learn the smaller one.
    for i in np.argsort(-((view.boxes[:, 2:] - view.boxes[:, :2]).prod(axis=1))):
        x0, y0, x1, y1 = view.boxes[i] / OUTPUT_STRIDE
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        ix, iy = min(int(cx), w - 1), min(int(cy), h - 1)
        sigma_x = max((x1 - x0) * SPREAD, LEAST_SIGMA_CELLS)
        sigma_y = max((y1 - y0) * SPREAD, LEAST_SIGMA_CELLS)
        bump = np.exp(-((xs - ix) ** 2 / (2 * sigma_x ** 2) + (ys - iy) ** 2 / (2 * sigma_y ** 2))).astype(np.float32)
        label = view.labels[i]
        np.maximum(heat[label], bump, out=heat[label])
        heat[label, iy, ix] = 1
        if label == WHITE:
            # A labelled white cell is certainly no red cell: keep its middle a full negative.
            negative[RED][bump > 0.1] = 1
        mine = bump > BOX_LEVEL
        box[:, mine] = view.boxes[i][:, None]
        box_weight[mine] = bump[mine] / bump[mine].sum()
    return {"heat": heat, "negative": negative, "box": box, "box_weight": box_weight}
