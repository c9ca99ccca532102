"""Make published-heads.fixture.json: what the published packages themselves make of maps of heads.fixture.json.

  python make-published-heads-fixture.py        (needs cellpose 3.1.1.1 with torch, stardist 0.9.2, scipy)

cellpose: cellpose.dynamics.compute_masks, with and without flow_threshold, of the fixture's flows; in one object the
  flows are turned by 70 degrees, so that its cells still gather, but along another way than its shape says.
stardist: stardist.nms.non_maximum_suppression and polygons_to_label of the distances of make-heads-fixture.py with noise,
  32 rays on a grid of 2.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import torch
from cellpose import dynamics, metrics
from stardist import polygons_to_label
from stardist.nms import non_maximum_suppression

here = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("heads", here / "make-heads-fixture.py")
heads = importlib.util.module_from_spec(spec)
spec.loader.exec_module(heads)

TURN_DEGREES, TURNED = 70, 5
RAYS, GRID = 32, 2


def cellpose_case(fixture: dict, labels: np.ndarray) -> dict:
    shape = labels.shape
    flows = np.stack([np.reshape(fixture["flow"][key], shape) for key in ("flowY", "flowX")]).astype(np.float32)
    logit = np.reshape(fixture["flow"]["logit"], shape).astype(np.float32)
    turn = np.deg2rad(TURN_DEGREES)
    turned = np.stack([np.cos(turn) * flows[0] - np.sin(turn) * flows[1], np.sin(turn) * flows[0] + np.cos(turn) * flows[1]])
    flows = np.where(labels == TURNED, turned, flows).round(1).astype(np.float32)
    all_of_them = dynamics.compute_masks(flows, logit, flow_threshold=0)
    errors, _ = metrics.flow_error(all_of_them.copy(), flows, torch.device("cpu"))
    kept = dynamics.compute_masks(flows, logit, flow_threshold=0.4)
    return {"flowY": heads.flat(flows[0]), "flowX": heads.flat(flows[1]), "labels": heads.lines(all_of_them), "errors": errors.round(9).tolist(), "kept": heads.lines(kept)}


def stardist_case(labels: np.ndarray, rng: np.random.Generator) -> dict:
    inside = heads.masks.normalised_distance(labels)
    probability = (0.9 * np.clip(inside, 0, 1) + rng.uniform(0, 0.1, labels.shape) * (inside > 0))[::GRID, ::GRID].astype(np.float32)
    distances = np.zeros((*probability.shape, RAYS), np.float32)
    for k in range(RAYS):
        dy, dx = np.sin(2 * np.pi * k / RAYS), np.cos(2 * np.pi * k / RAYS)
        for row, column in np.argwhere(labels[::GRID, ::GRID] > 0):
            y, x, way = row * GRID + 0.5, column * GRID + 0.5, 0.0
            own = labels[int(y), int(x)]
            while 0 <= y + way * dy < heads.HEIGHT and 0 <= x + way * dx < heads.WIDTH and labels[int(y + way * dy), int(x + way * dx)] == own:
                way += 0.125
            distances[row, column, k] = max(way + rng.normal(0, 0.8), 0.1)
    # What is written is what is used, to the last digit.
    probability, distances = (np.array([float(f"{v:.5f}") for v in a.ravel()], np.float32).reshape(a.shape) for a in (probability, distances.round(1)))
    cases = []
    for threshold, overlap in ((0.5, 0.4), (0.3, 0.02), (0.4, 0.85), (0.2, 0.6)):
        points, scores, kept = non_maximum_suppression(distances, probability, grid=(GRID, GRID), b=0, prob_thresh=threshold, nms_thresh=overlap)
        label = polygons_to_label(kept, points, shape=labels.shape, prob=scores)
        cases.append({"threshold": threshold, "overlap": overlap, "points": points.tolist(), "scores": scores.tolist(), **({"labels": heads.lines(label)} if len(points) < 10 else {})})
    return {"rays": RAYS, "grid": GRID, "probability": heads.flat(probability), "distances": heads.flat(np.moveaxis(distances, 2, 0)), "cases": cases}


def main() -> None:
    fixture = json.loads((here / "heads.fixture.json").read_text())
    labels = heads.truth()
    made = {"cellpose": cellpose_case(fixture, labels), "stardist": stardist_case(labels, np.random.default_rng(11))}
    (here / "published-heads.fixture.json").write_text(json.dumps(made, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
