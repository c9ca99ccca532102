"""Writes rules.fixture.json: scikit-image's answers on small pictures, for the tests of this folder.

    pip install scikit-image && python src/core/rules/make-rules-fixture.py
"""
import json
import pathlib

import numpy as np
import skimage
from skimage.color import rgb_from_hed, rgb2hsv, separate_stains
from skimage.filters import threshold_li, threshold_local, threshold_otsu, threshold_triangle

random = np.random.default_rng(20261122)


def blobs(height, width, count, background, spread, noise):
    """Bright discs on a slope, rounded to three digits so that JSON keeps them exactly as float32 does."""
    rows, columns = np.mgrid[0:height, 0:width]
    picture = background + 20 * columns / width + random.normal(0, noise, (height, width))
    for _ in range(count):
        y, x, radius = random.uniform(0, height), random.uniform(0, width), random.uniform(2, 6)
        picture += spread * random.uniform(0.3, 1) / (1 + np.exp(np.hypot(rows - y, columns - x) - radius))
    return np.clip(picture, 0, 255)


pictures = {
    "blobs": np.round(blobs(48, 64, 9, 30, 150, 4), 3).astype(np.float32),
    "few objects": np.round(blobs(40, 52, 2, 12, 200, 2), 3).astype(np.float32),
    "dark objects": np.round(255 - blobs(45, 45, 6, 40, 160, 6), 3).astype(np.float32),
    "whole numbers": np.round(blobs(32, 48, 7, 50, 120, 8)).astype(np.float32),
}

thresholds = []
for name, picture in pictures.items():
    local = threshold_local(picture.astype(np.float64), 15, method="mean", mode="mirror", offset=3.0)
    thresholds.append({
        "name": name,
        "width": picture.shape[1],
        "height": picture.shape[0],
        "data": [float(f"{value:.3f}") for value in picture.ravel()],
        "otsu": float(threshold_otsu(picture, nbins=256)),
        "li": float(threshold_li(picture)),
        "triangle": float(threshold_triangle(picture, nbins=256)),
        # Radius 7, offset 3: where the picture is above its surroundings, as runs beginning with background.
        "localRuns": [len(run) for run in np.split(np.r_[False, (picture > local).ravel()], np.flatnonzero(np.diff(np.r_[False, (picture > local).ravel()].astype(int))) + 1)],
    })

rgb = random.integers(1, 256, (12, 12, 3))
unit = rgb_from_hed / np.linalg.norm(rgb_from_hed, axis=1, keepdims=True)
# scikit-image divides the logarithm by that of 1e-6, six decades: times six it is decadic optical density.
stains = 6 * separate_stains(rgb / 255, np.linalg.inv(unit))
hsv = rgb2hsv(rgb / 255)

fixture = {
    "by": f"scikit-image {skimage.__version__}",
    "thresholds": thresholds,
    "colours": {
        "width": 12, "height": 12,
        "red": rgb[..., 0].ravel().tolist(), "green": rgb[..., 1].ravel().tolist(), "blue": rgb[..., 2].ravel().tolist(),
        "hematoxylin": np.round(stains[..., 0], 6).ravel().tolist(),
        "eosin": np.round(stains[..., 1], 6).ravel().tolist(),
        "dab": np.round(stains[..., 2], 6).ravel().tolist(),
        "hueDeg": np.round(hsv[..., 0] * 360, 4).ravel().tolist(),
        "saturation": np.round(hsv[..., 1], 6).ravel().tolist(),
    },
}
pathlib.Path(__file__).with_name("rules.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
