"""Make contours.fixture.json: masks and their run lengths as pycocotools writes them, polygons with their areas and the
pixels whose centres they hold (even-odd ray casting in NumPy), and overlaps of two polygons counted on
a grid of 1/32 px.

  python make-contours-fixture.py        (needs numpy and pycocotools)
"""

import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

here = Path(__file__).resolve().parent


def inside(polygon: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Even-odd rule: how many edges a ray to the left meets."""
    result = np.zeros(np.broadcast(x, y).shape, bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0)):
        if ay == by:
            continue
        meets = (np.minimum(ay, by) <= y) & (y < np.maximum(ay, by))
        result ^= meets & (ax + (y - ay) / (by - ay) * (bx - ax) <= x)
    return result


def shoelace(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def masks(rng: np.random.Generator) -> list[dict]:
    yy, xx = np.mgrid[:23, :31]
    disc = (xx - 14) ** 2 + (yy - 11) ** 2 <= 64
    ring = disc & ((xx - 14) ** 2 + (yy - 11) ** 2 > 16)
    made = [disc, ring, rng.random((23, 31)) < 0.3, rng.random((1, 9)) < 0.5, rng.random((9, 1)) < 0.5,
            np.zeros((4, 5), bool), np.ones((4, 5), bool), (np.mgrid[:700, :600][0] - 350) ** 2 < 90000]
    found = []
    for one in made:
        encoded = coco.encode(np.asfortranarray(one.astype(np.uint8)))
        entry = {"width": one.shape[1], "height": one.shape[0], "text": encoded["counts"].decode(), "area": int(coco.area(encoded))}
        flat = one.astype(np.uint8).ravel()
        entry["rows"] = ["".join(map(str, row)) for row in one.astype(np.uint8)] if flat.size < 1000 else []
        found.append(entry)
    return found


def star(rng: np.random.Generator, cx: float, cy: float, radius: float, points: int) -> np.ndarray:
    angles = np.sort(rng.uniform(0, 2 * np.pi, points))
    r = radius * rng.uniform(0.5, 1, points)
    return np.stack([cx + r * np.cos(angles), cy + r * np.sin(angles)], 1).round(3)


def main() -> None:
    rng = np.random.default_rng(11)
    polygons, pairs = [], []
    grid = (np.arange(64 * 32) + 0.5) / 32
    for _ in range(6):
        one = star(rng, 30.2, 31.4, 20, 12)
        x, y = np.meshgrid(np.arange(64) + 0.5, np.arange(64) + 0.5)
        rows = ["".join(map(str, row)) for row in inside(one, x, y).astype(int)]
        polygons.append({"contour": one.ravel().tolist(), "area": shoelace(one), "rows": rows})
        other = star(rng, 30 + rng.uniform(-12, 12), 30 + rng.uniform(-12, 12), 18, 9)
        gx, gy = np.meshgrid(grid, grid)
        in_one, in_other = inside(one, gx, gy), inside(other, gx, gy)
        pairs.append({"a": one.ravel().tolist(), "b": other.ravel().tolist(), "iou": float((in_one & in_other).sum() / (in_one | in_other).sum()),
                      "over_smaller": float((in_one & in_other).sum() / min(in_one.sum(), in_other.sum()))})
    fixture = {"masks": masks(rng), "polygons": polygons, "pairs": pairs}
    (here / "contours.fixture.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
