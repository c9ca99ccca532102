"""Choose the decoding settings on training pictures only: the middle of the plateau of F1 at IoU 0.7."""

from __future__ import annotations

import itertools

import numpy as np

from evaluate_nuclei import Runner, overlaps, predict, summarise
from nuclei_data import Picture
from postprocess import Settings, decode, keep_large

FOREGROUND = (0.3, 0.4, 0.5)
SEED = (0.35, 0.45, 0.55, 0.65)
MINIMUM_AREA = (8, 12, 20)
#: Settings this close to the best are as good.
PLATEAU = 0.002


def choose_settings(run: Runner, pictures: list[Picture]) -> tuple[Settings, dict[Settings, float]]:
    """The settings nearest to the middle of all that are as good as the best, and the score of each."""
    maps = [predict(run, p.pixels) for p in pictures]
    scores: dict[Settings, float] = {}
    for foreground, seed in itertools.product(FOREGROUND, SEED):
        whole = [decode(m, Settings(foreground, seed, 1))[0] for m in maps]
        for area in MINIMUM_AREA:
            matched = [overlaps(keep_large(labels, m[0], area)[0], p.labels) for labels, m, p in zip(whole, maps, pictures)]
            # Every picture counts the same: a crowded one must not decide alone.
            scores[Settings(foreground, seed, area)] = float(np.mean([summarise([m])["f1_70"] for m in matched]))
    best = max(scores.values())
    plateau = [s for s, value in scores.items() if value >= best - PLATEAU]
    axes = (FOREGROUND, SEED, MINIMUM_AREA)

    def place(s: Settings) -> np.ndarray:
        values = (s.foreground_threshold, s.seed_threshold, s.minimum_area_px)
        return np.array([axis.index(value) for axis, value in zip(axes, values)])

    middle = np.mean([place(s) for s in plateau], axis=0)
    return min(plateau, key=lambda s: (round(float(np.abs(place(s) - middle).sum()), 6), -scores[s])), scores
