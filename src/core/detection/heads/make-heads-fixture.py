"""Make heads.fixture.json: outputs of three kinds of heads for a picture of discs and ellipses whose truth is known, and what
implementations in NumPy and SciPy that share nothing with the application make of them.

  python make-heads-fixture.py        (needs numpy and scipy)

distance map: models/training/nuclei/postprocess.py, the training scripts' own decoding, on the ideal maps with noise.
star distances: distances measured by walking along each ray in the label picture; suppression by overlaps of polygons
  over their union, counted on a grid of 1/4 px.
flow field: flows to the middle by heat diffusion as in Cellpose's paper, with noise.

What StarDist and Cellpose themselves make of such maps is in published-heads.fixture.json.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[3] / "models" / "training" / "nuclei"))
import masks  # noqa: E402
import postprocess  # noqa: E402

WIDTH, HEIGHT, RAYS, STRIDE = 112, 88, 16, 2
#: cx, cy, half axes, turn: two touching discs, a touching pair of slanted ellipses, one alone, one cut by the edge.
SHAPES = [(20, 20, 11, 11, 0), (42, 22, 11, 11, 0), (72, 26, 18, 8, 0.8), (84, 18, 17, 7.5, 0.8), (28, 64, 16, 9, -0.5), (108, 70, 12, 10, 0.3), (66, 66, 6, 6, 0)]


def truth() -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    labels = np.zeros((HEIGHT, WIDTH), np.int32)
    for i, (cx, cy, a, b, turn) in enumerate(SHAPES):
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
        labels[((u / a) ** 2 + (v / b) ** 2 <= 1) & (labels == 0)] = i + 1
    return labels


def distance_case(labels: np.ndarray, rng: np.random.Generator) -> dict:
    distance = masks.normalised_distance(labels)
    probability = np.clip(0.9 * (labels > 0) + rng.normal(0, 0.04, labels.shape) * (labels > 0), 0, 1)
    # Debris without a deep place, a hole, and a speck: what is added, filled and dropped.
    probability[40:46, 2:8], probability[62:65, 26:30], probability[2:4, 100:103] = 0.8, 0.2, 0.9
    distance = np.clip(distance + rng.normal(0, 0.01, labels.shape) * (labels > 0), 0, 1)
    maps = np.stack([probability, distance]).round(3).astype(np.float32)
    found, scores = postprocess.decode(maps, postprocess.Settings(0.5, 0.5, 16))
    return {"foreground": flat(maps[0]), "distance": flat(maps[1]), "labels": lines(found), "scores": scores.round(9).tolist()}


def star_case(labels: np.ndarray, rng: np.random.Generator) -> dict:
    distance = masks.normalised_distance(labels)
    probability = np.clip(distance + rng.normal(0, 0.02, labels.shape), 0, 1)[::STRIDE, ::STRIDE].round(2).astype(np.float32)
    rows, columns = probability.shape
    rays = np.zeros((RAYS, rows, columns), np.float32)
    for k in range(RAYS):
        dx, dy = np.cos(2 * np.pi * k / RAYS), np.sin(2 * np.pi * k / RAYS)
        for row, column in np.argwhere(labels[::STRIDE, ::STRIDE] > 0):
            y, x = row * STRIDE + 0.5, column * STRIDE + 0.5
            own, way = labels[int(y), int(x)], 0.0
            while 0 <= y + way * dy < HEIGHT and 0 <= x + way * dx < WIDTH and labels[int(y + way * dy), int(x + way * dx)] == own:
                way += 0.125
            rays[k, row, column] = way
    kept = star_suppression(probability, rays, 0.5, 0.3)
    return {"stride": STRIDE, "rays": RAYS, "threshold": 0.5, "nms_iou": 0.3, "probability": flat(probability), "distances": flat(rays), "kept": kept}


def star_suppression(probability: np.ndarray, rays: np.ndarray, threshold: float, limit: float) -> list[dict]:
    """Best first; equal scores by the top of their box, as the application ranks them."""
    candidates = []
    angle = 2 * np.pi * np.arange(RAYS) / RAYS
    grid_y, grid_x = (np.mgrid[:HEIGHT * 4, :WIDTH * 4] + 0.5) / 4
    for row, column in np.argwhere(probability >= np.float32(threshold)):
        x = np.clip(column * STRIDE + 0.5 + np.cos(angle) * rays[:, row, column], 0, WIDTH)
        y = np.clip(row * STRIDE + 0.5 + np.sin(angle) * rays[:, row, column], 0, HEIGHT)
        candidates.append((-float(probability[row, column]), y.min(), x.min(), int(row), int(column), np.stack([x, y], 1)))
    candidates.sort(key=lambda one: one[:3])
    kept: list[tuple[np.ndarray, dict]] = []
    for score, _, _, row, column, polygon in candidates:
        mask = inside(polygon, grid_x, grid_y)
        if all((mask & other).sum() <= limit * (mask | other).sum() for other, _ in kept):
            kept.append((mask, {"column": column, "row": row, "score": -score}))
    return [one for _, one in kept]


def inside(polygon: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    result = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0)):
        if ay != by:
            result ^= (np.minimum(ay, by) <= y) & (y < np.maximum(ay, by)) & (ax + (y - ay) / (by - ay) * (bx - ax) <= x)
    return result


def flow_case(labels: np.ndarray, rng: np.random.Generator) -> dict:
    flow_y, flow_x = np.zeros(labels.shape), np.zeros(labels.shape)
    for i, box in enumerate(ndimage.find_objects(labels)):
        own = np.pad(labels[box] == i + 1, 1)
        rows, columns = np.nonzero(own)
        middle = np.argmin((rows - np.median(rows)) ** 2 + (columns - np.median(columns)) ** 2)
        heat = np.zeros(own.shape)
        for _ in range(4 * max(own.shape)):
            heat[rows[middle], columns[middle]] += 1
            heat = np.where(own, ndimage.uniform_filter(heat, 3, mode="constant"), 0)
        heat = np.log1p(heat)
        dy, dx = np.gradient(heat)
        length = np.hypot(dy, dx) + 1e-20
        for target, part in ((flow_y, dy), (flow_x, dx)):
            target[box][own[1:-1, 1:-1]] = (part / length)[own]
    noise = rng.normal(0, 0.2, (2, *labels.shape)) * (labels > 0)
    flows = (np.stack([flow_y, flow_x]) * 5 + noise).round(2).astype(np.float32)
    logit = np.where(labels > 0, 4.0 + rng.normal(0, 0.5, labels.shape), -4.0)
    logit = logit.round(1).astype(np.float32)
    return {"flowY": flat(flows[0]), "flowX": flat(flows[1]), "logit": flat(logit)}


def flat(values: np.ndarray) -> list[float]:
    """Short numbers: the file is kept."""
    return [int(v) if v == int(v) else float(f"{v:.6g}") for v in values.ravel().tolist()]


def lines(labels: np.ndarray) -> list[str]:
    """One string per row, one digit per cell."""
    return ["".join(map(str, row)) for row in labels]


def main() -> None:
    rng = np.random.default_rng(3)
    labels = truth()
    fixture = {"width": WIDTH, "height": HEIGHT, "truth": lines(labels), "distanceMap": distance_case(labels, rng),
               "star": star_case(labels, rng), "flow": flow_case(labels, rng)}
    (here / "heads.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
