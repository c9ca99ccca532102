"""Score threshold per class, chosen on training pictures only (never on validation)."""

from __future__ import annotations

import numpy as np

from data import Picture
from evaluate import Detections, match
from network import CLASSES

#: Thresholds whose F1 is this close to the best count as equally good; their middle is taken.
PLATEAU = 0.01
#: Red cells: the highest threshold that still finds this share of the labelled ones.
LEAST_RED_RECALL = 0.96
CANDIDATES = np.round(np.arange(0.10, 0.71, 0.01), 2)
RED = 0

Source = tuple[list[Picture], list[Detections]]


def curves(source: Source, label: int) -> tuple[np.ndarray, np.ndarray]:
    """F1 and recall of one class at every candidate threshold."""
    scores, hits, truths = [], [], 0
    for picture, (boxes, score, labels) in zip(*source):
        mine = labels == label
        truth = picture.boxes[picture.labels == label]
        scores.append(score[mine])
        hits.append(match(boxes[mine], score[mine], truth))
        truths += len(truth)
    score, hit = np.concatenate(scores), np.concatenate(hits)
    shown = np.array([(score >= t).sum() for t in CANDIDATES])
    right = np.array([hit[score >= t].sum() for t in CANDIDATES])
    return 2 * right / np.maximum(truths + shown, 1), right / max(truths, 1)


def choose_thresholds(real: Source, rendered: Source | None) -> tuple[float, ...]:
    """Middle of the plateau of the mean F1 over both sources; red cells by recall.

    A third of the real red cells carries no box, so their precision, and with it F1, says nothing there.
    """
    chosen = []
    for label in range(len(CLASSES)):
        if label == RED:
            _, recall = curves(real, label)
            enough = CANDIDATES[recall >= LEAST_RED_RECALL]
            chosen.append(float(enough.max()) if len(enough) else float(CANDIDATES[0]))
            continue
        f1 = np.mean([curves(source, label)[0] for source in (real, rendered) if source is not None], axis=0)
        chosen.append(round(float(CANDIDATES[f1 >= f1.max() - PLATEAU].mean()), 2))
    return tuple(chosen)
