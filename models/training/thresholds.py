"""Score threshold per class, chosen on training pictures only (never on validation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data import Picture
from evaluate import Detections, match
from task import Task, VIABILITY

#: Thresholds whose F1 is this close to the best count as equally good.
PLATEAU = 0.01
#: Red cells: the highest threshold that still finds this share of the labelled ones.
LEAST_RED_RECALL = 0.97
CANDIDATES = np.round(np.arange(0.10, 0.71, 0.01), 2)
RED = 0

Judged = tuple[list[Picture], list[Detections]]


@dataclass(frozen=True)
class Curves:
    """One class at every candidate threshold."""

    f1: np.ndarray
    recall: np.ndarray
    #: How many are reported.
    shown: np.ndarray
    #: How many are labelled.
    truths: int


def curves(judged: Judged, label: int) -> Curves:
    scores, hits, truths = [], [], 0
    for picture, (boxes, score, labels) in zip(*judged):
        mine = labels == label
        truth = picture.boxes[picture.labels == label]
        scores.append(score[mine])
        hits.append(match(boxes[mine], score[mine], truth))
        truths += len(truth)
    score, hit = np.concatenate(scores), np.concatenate(hits)
    shown = np.array([(score >= t).sum() for t in CANDIDATES])
    right = np.array([hit[score >= t].sum() for t in CANDIDATES])
    return Curves(2 * right / np.maximum(truths + shown, 1), right / max(truths, 1), shown, truths)


def choose_thresholds(task: Task, real: Judged, rendered: Judged | None) -> tuple[float, ...]:
    return viability_thresholds(real) if task is VIABILITY else blood_thresholds(task, real, rendered)


def blood_thresholds(task: Task, real: Judged, rendered: Judged | None) -> tuple[float, ...]:
    """The low end of the plateau of the mean F1 over both sources (scores are higher on pictures that were trained on
    than on others); red cells by recall.

    A third of the real red cells carries no box, so their precision, and with it F1, says nothing there.
    """
    chosen = []
    for label in range(len(task.classes)):
        if label == RED:
            enough = CANDIDATES[curves(real, label).recall >= LEAST_RED_RECALL]
            chosen.append(float(enough.max()) if len(enough) else float(CANDIDATES[0]))
            continue
        f1 = np.mean([curves(judged, label).f1 for judged in (real, rendered) if judged is not None], axis=0)
        chosen.append(float(CANDIDATES[f1 >= f1.max() - PLATEAU].min()))
    return tuple(chosen)


def viability_thresholds(real: Judged) -> tuple[float, float]:
    """Of the pairs on the plateau of the mean F1 the one whose pooled viability is nearest to that of the labels."""
    living, dead = curves(real, 0), curves(real, 1)
    f1 = (living.f1[:, None] + dead.f1[None]) / 2
    share = living.shown[:, None] / np.maximum(living.shown[:, None] + dead.shown[None], 1)
    error = np.abs(share - living.truths / max(living.truths + dead.truths, 1))
    i, j = np.unravel_index(np.argmin(np.where(f1 >= f1.max() - PLATEAU, error, np.inf)), f1.shape)
    return float(CANDIDATES[i]), float(CANDIDATES[j])
