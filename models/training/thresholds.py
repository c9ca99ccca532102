"""Score threshold per class, chosen on training pictures only (never on validation)."""

from __future__ import annotations

import numpy as np

from data import Picture
from evaluate import Detections, match
from network import CLASSES

#: Thresholds whose F1 is this close to the best count as equally good; their middle is taken.
PLATEAU = 0.004
CANDIDATES = np.arange(0.10, 0.71, 0.01)
RED = 0


def f1_curve(pictures: list[Picture], found: list[Detections], label: int) -> np.ndarray:
    """F1 of one class at every candidate threshold."""
    scores, hits, truths = [], [], 0
    for picture, (boxes, score, labels) in zip(pictures, found):
        mine = labels == label
        truth = picture.boxes[picture.labels == label]
        scores.append(score[mine])
        hits.append(match(boxes[mine], score[mine], truth))
        truths += len(truth)
    score, hit = np.concatenate(scores), np.concatenate(hits)
    return np.array([2 * hit[score >= t].sum() / max(truths + (score >= t).sum(), 1) for t in CANDIDATES])


def choose_thresholds(real: tuple[list[Picture], list[Detections]],
                      rendered: tuple[list[Picture], list[Detections]] | None) -> tuple[float, ...]:
    """Middle of the plateau of the mean F1 over both sources.

    Red cells follow the rendered pictures alone, because a third of the real ones carries no box.
    """
    chosen = []
    for label in range(len(CLASSES)):
        curves = [] if label == RED and rendered is not None else [f1_curve(*real, label)]
        if rendered is not None:
            curves.append(f1_curve(*rendered, label))
        curve = np.mean(curves, axis=0)
        chosen.append(round(float(CANDIDATES[curve >= curve.max() - PLATEAU].mean()), 2))
    return tuple(chosen)
