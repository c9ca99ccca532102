"""Reference post-processing: what the application does with the outputs, in the plainest form.

1. heat at a cell >= the threshold of its class, and > 0 (the graph has already zeroed all but 3 x 3 maxima);
2. centre = (column + offset_x, row + offset_y) * 4 px, box = centre -+ size / 2, clipped to the picture;
3. per class, best score first: drop a box whose IoU with a kept one is above NMS_IOU;
4. where objects are of one class only, the same once more over all classes, above CROSS_CLASS_IOU.
"""

from __future__ import annotations

import numpy as np

from data import iou
from network import OUTPUT_STRIDE

NMS_IOU = 0.5
CROSS_CLASS_IOU = 0.5
#: While training; export_onnx.py writes the chosen thresholds into rdf.yaml.
STARTING_THRESHOLD = 0.3
MOST_DETECTIONS = 2000


def detect(heatmap: np.ndarray, size: np.ndarray, offset: np.ndarray, picture_size: tuple[int, int],
           thresholds: tuple[float, ...], nms_iou: float = NMS_IOU, is_exclusive: bool = False
           ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """boxes [n,4] x0 y0 x1 y1 in input px, scores [n], labels [n].

    heatmap [classes,h,w] with peaks kept only, size [2,h,w] px, offset [2,h,w] cells; picture_size: (width, height) in
    input px without padding.
    """
    boxes, scores, labels = [], [], []
    for label in range(len(heatmap)):
        rows, columns = np.nonzero(heatmap[label] >= max(thresholds[label], 1e-6))
        score = heatmap[label, rows, columns]
        cx = (columns + offset[0, rows, columns]) * OUTPUT_STRIDE
        cy = (rows + offset[1, rows, columns]) * OUTPUT_STRIDE
        half_w, half_h = size[0, rows, columns] / 2, size[1, rows, columns] / 2
        box = np.stack([cx - half_w, cy - half_h, cx + half_w, cy + half_h], axis=1)
        box = box.clip(0, np.array([picture_size[0], picture_size[1]] * 2))
        solid = (box[:, 2] - box[:, 0] > 1) & (box[:, 3] - box[:, 1] > 1)
        box, score = box[solid], score[solid]
        kept = suppress(box, score, nms_iou)[:MOST_DETECTIONS]
        boxes.append(box[kept])
        scores.append(score[kept])
        labels.append(np.full(len(kept), label, np.int64))
    found = (np.concatenate(boxes), np.concatenate(scores), np.concatenate(labels))
    if not is_exclusive:
        return found
    kept = np.sort(suppress(found[0], found[1], CROSS_CLASS_IOU))
    return found[0][kept], found[1][kept], found[2][kept]


def suppress(boxes: np.ndarray, scores: np.ndarray, nms_iou: float) -> np.ndarray:
    """Indices kept by greedy non-maximum suppression, best first (ties: lower index first)."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        order = rest[iou(boxes[best:best + 1], boxes[rest])[0] <= nms_iou]
    return np.array(kept, np.int64)
