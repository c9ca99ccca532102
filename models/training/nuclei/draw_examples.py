"""Pictures of the model card: what the packaged model outlines on virtual and drawn pictures, and where it fails.

  python draw_examples.py --virtual DIR

Truth is drawn thin and white, what was found in colour: green where IoU >= 0.7, yellow >= 0.5, red below.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from evaluate_nuclei import packaged_settings, predict, run_onnx
from export_nuclei import drawn_nuclei
from nuclei_data import Picture, load_coco, normalise
from postprocess import decode

ZOOM = 3
GOOD, FAIR, POOR, TRUTH = (80, 220, 100), (240, 210, 60), (240, 70, 60), (255, 255, 255)


def outlines(labels: np.ndarray, number: int) -> list[np.ndarray]:
    """Contours of one object in zoomed pixels."""
    mask = cv2.resize((labels == number).astype(np.uint8), None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_NEAREST)
    return list(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0])


def best_overlap(labels: np.ndarray, number: int, truth: np.ndarray) -> float:
    """IoU of an object with the true one it overlaps most."""
    own = labels == number
    best = 0.0
    for other in np.unique(truth[own]):
        if other > 0:
            that = truth == other
            best = max(best, float((own & that).sum() / (own | that).sum()))
    return best


def panel(picture: Picture, labels: np.ndarray) -> np.ndarray:
    """The picture, normalised as the model sees it, with both sets of outlines."""
    seen = (np.clip(normalise(picture.pixels), 0, 1) ** 0.7 * 200).astype(np.uint8)
    canvas = np.ascontiguousarray(cv2.resize(seen, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC))
    for number in np.unique(picture.labels[picture.labels > 0]):
        cv2.drawContours(canvas, outlines(picture.labels, number), -1, TRUTH, 1)
    for number in range(1, labels.max() + 1):
        overlap = best_overlap(labels, number, picture.labels)
        cv2.drawContours(canvas, outlines(labels, number), -1, GOOD if overlap >= 0.7 else FAIR if overlap >= 0.5 else POOR, 2)
    return canvas


def cut(picture: Picture, side: int = 200) -> Picture:
    return Picture(picture.file_name, picture.modality, picture.pixels[:side, :side], picture.labels[:side, :side])


def blurred(picture: Picture, sigma: float) -> Picture:
    return Picture(picture.file_name, picture.modality, cv2.GaussianBlur(picture.pixels, (0, 0), sigma), picture.labels)


def shrunk(picture: Picture, factor: float) -> Picture:
    size = (round(picture.labels.shape[1] * factor), round(picture.labels.shape[0] * factor))
    labels = cv2.resize(picture.labels.astype(np.float32), size, interpolation=cv2.INTER_NEAREST_EXACT).astype(np.int32)
    return Picture(picture.file_name, picture.modality, cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), labels)


def crowded(seed: int = 4) -> Picture:
    """Drawn nuclei that lie over one another: what fluorescence of a thick culture shows."""
    rng = np.random.default_rng(seed)
    light, labels = np.zeros((200, 200), np.float32), np.zeros((200, 200), np.int32)
    for number in range(1, 60):
        mask = np.zeros((200, 200), np.uint8)
        centre = tuple(int(v) for v in rng.integers(20, 180, 2))
        cv2.ellipse(mask, centre, (int(rng.integers(9, 13)), int(rng.integers(7, 10))), int(rng.integers(180)), 0, 360, 1, -1)
        light += mask * rng.uniform(0.4, 0.8)
        labels[mask > 0] = number
    pixels = cv2.GaussianBlur(light, (0, 0), 1.3) * 80 + 10 + rng.normal(0, 2, light.shape)
    return Picture("crowded", "drawn", np.repeat(pixels.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2), labels)


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=here.parents[1] / "nuclei" / "model.onnx")
    parser.add_argument("--virtual", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=here.parents[1] / "nuclei" / "images")
    options = parser.parse_args()
    run, settings = run_onnx(options.model), packaged_settings(options.model)
    options.out.mkdir(parents=True, exist_ok=True)

    rendered = load_coco(options.virtual, chosen=slice(-12, None))
    pixels, labels = drawn_nuclei(200, 200, seed=5)
    views = {
        "virtual": cut(rendered[-1]),
        "drawn": Picture("drawn", "drawn", pixels, labels),
        "crowded": crowded(),
        "defocus": blurred(cut(rendered[-3]), 5.0),
        "too-small": shrunk(rendered[-5], 0.25),
    }
    for name, picture in views.items():
        Image.fromarray(panel(picture, decode(predict(run, picture.pixels), settings)[0])).save(
            options.out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
