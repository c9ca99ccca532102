"""What the network should answer for a view: heat map, where not to punish, boxes and their weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from augment import View
from network import OUTPUT_STRIDE

#: Width of an object's Gaussian relative to its box (TTFNet: alpha / 6).
SPREAD = 0.54 / 6
#: Below this a platelet's neighbouring cells would be punished for a doubt of one cell (4 px), which blur alone causes.
LEAST_SIGMA_CELLS = 0.8
#: Cells of an object's Gaussian above this also learn its box.
BOX_LEVEL = 0.3


@dataclass(frozen=True)
class Doubt:
    """Incomplete labels: how much "none of class `label` here" counts on doubtful places that carry no box.

    not_under: the middle of an object of that class is certainly none of `label`.
    """

    label: int
    not_under: int
    weight: float


def make_targets(view: View, classes: int, doubt: Doubt | None = None) -> dict[str, np.ndarray]:
    """heat [classes,h,w], negative (weight of "nothing here") the same, box [4,h,w] x0 y0 x1 y1 px, box_weight [h,w]."""
    h, w = view.doubtful.shape
    heat = np.zeros((classes, h, w), np.float32)
    negative = np.ones_like(heat)
    box = np.zeros((4, h, w), np.float32)
    box_weight = np.zeros((h, w), np.float32)
    if doubt is not None:
        negative[doubt.label][view.doubtful] = doubt.weight
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
        if doubt is not None and label == doubt.not_under:
            negative[doubt.label][bump > 0.1] = 1
        mine = bump > BOX_LEVEL
        box[:, mine] = view.boxes[i][:, None]
        box_weight[mine] = bump[mine] / bump[mine].sum()
    return {"heat": heat, "negative": negative, "box": box, "box_weight": box_weight}
