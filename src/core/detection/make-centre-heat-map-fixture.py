"""Make centre-heat-map.fixture.json: random outputs of a head, and the boxes that the training scripts' own
post-processing (models/training/postprocess.py, NumPy) makes of them.

  python make-centre-heat-map-fixture.py
"""

import json
import sys
from pathlib import Path

import numpy as np

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "models" / "training"))
from postprocess import detect  # noqa: E402

COLUMNS, ROWS, CLASSES = 20, 16, 3
THRESHOLDS, NMS_IOU = (0.3, 0.4, 0.35), 0.5
#: The picture ends inside the last cells: the rest is padding.
PICTURE = (77, 61)


def keep_peaks(heat: np.ndarray) -> np.ndarray:
    """As in the exported graph: zero all but the largest of each 3 x 3 neighbourhood."""
    padded = np.pad(heat, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    largest = np.max([padded[:, y:y + ROWS, x:x + COLUMNS] for y in range(3) for x in range(3)], axis=0)
    return np.where(heat == largest, heat, 0).astype(np.float32)


def main() -> None:
    rng = np.random.default_rng(5)
    heat = (rng.random((CLASSES, ROWS, COLUMNS)) ** 2).round(4).astype(np.float32)
    size = rng.uniform(2, 60, (2, ROWS, COLUMNS)).round(3).astype(np.float32)
    offset = rng.uniform(-0.5, 1.5, (2, ROWS, COLUMNS)).round(3).astype(np.float32)
    boxes, scores, labels = detect(keep_peaks(heat), size, offset, PICTURE, THRESHOLDS, NMS_IOU)
    floats = lambda a: [float(v) for v in np.asarray(a).ravel()]  # noqa: E731
    fixture = {
        "columns": COLUMNS, "rows": ROWS, "stride": 4, "thresholds": THRESHOLDS, "nmsIou": NMS_IOU,
        "pictureWidth": PICTURE[0], "pictureHeight": PICTURE[1],
        "heat": floats(heat), "size": floats(size), "offset": floats(offset),
        "expected": [{"box": floats(b), "score": float(s), "label": int(c)} for b, s, c in zip(boxes, scores, labels)],
    }
    rounded = json.loads(json.dumps(fixture), parse_float=lambda text: float(f"{float(text):.9g}"))
    (here / "centre-heat-map.fixture.json").write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
