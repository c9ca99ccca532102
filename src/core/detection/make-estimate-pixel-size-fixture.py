"""Make estimate-pixel-size.fixture.json: sizes and scales that the training scripts' own rule (models/training/scale_estimate.py,
NumPy) makes of random boxes.

  python make-estimate-pixel-size-fixture.py
"""

import json
import sys
from pathlib import Path

import numpy as np

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "models" / "training"))
from scale_estimate import estimate_um_per_px, size_found  # noqa: E402
from task import ScaleReference  # noqa: E402

REFERENCES = {median: ScaleReference(labels=(0, 2), size_um=7.5, median=median, least_objects=4, untouched=(0.8, 1.25))
              for median in ("count", "area")}
ASSUMED, NOMINAL = 0.075, 0.15
WIDTH, HEIGHT = 640, 480


def seen(rng: np.random.Generator, count: int, true_um_per_px: float, taken_um_per_px: float) -> tuple[np.ndarray, np.ndarray]:
    """Cells and specks as a network would report them: the farther the picture is from its scale, the more specks."""
    centres = rng.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    labels = rng.integers(0, 3, count)
    wrong = abs(np.log2(taken_um_per_px / true_um_per_px))
    sides = 7.5 / true_um_per_px * rng.uniform(0.85, 1.15, (count, 2))
    sides[rng.random(count) < 0.4 * wrong] *= 0.4
    boxes = np.concatenate([centres - sides / 2, centres + sides / 2], axis=1).clip(0, (WIDTH, HEIGHT) * 2)
    return boxes.round(3), labels


def looks(rng: np.random.Generator, reference: ScaleReference, count: int, true_um_per_px: float) -> dict:
    """One search: what was seen at each look, and what came of it."""
    made = []

    def look(um_per_px: float) -> tuple[np.ndarray, np.ndarray]:
        boxes, labels = seen(rng, count, true_um_per_px, um_per_px)
        found = size_found(boxes, labels, (WIDTH, HEIGHT), um_per_px, NOMINAL, reference)
        made.append({"umPerPx": um_per_px, "boxes": boxes.tolist(), "labels": labels.tolist(),
                     "found": None if found is None else {"objects": found[0], "ratio": found[1]}})
        return boxes, labels

    estimate = estimate_um_per_px(look, (WIDTH, HEIGHT), ASSUMED, NOMINAL, reference)
    return {"median": reference.median, "looks": made, "estimate": estimate}


def main() -> None:
    rng = np.random.default_rng(11)
    cases = [looks(rng, reference, count, ASSUMED / factor) for reference in REFERENCES.values()
             for factor in (0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0) for count in (3, 14, 33)]
    one = REFERENCES["area"]
    fixture = {"width": WIDTH, "height": HEIGHT, "assumedUmPerPx": ASSUMED, "nominalUmPerPx": NOMINAL, "labels": one.labels,
               "sizeUm": one.size_um, "leastObjects": one.least_objects, "untouched": one.untouched, "cases": cases}
    (here / "estimate-pixel-size.fixture.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
