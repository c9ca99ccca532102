"""Make resample.fixture.json: a small random picture, resized by Pillow (BILINEAR, antialiased) as the training scripts do.

  python make-resample-fixture.py
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = [(16, 12), (11, 9), (23, 17), (50, 40), (7, 24)]


def main() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    resized = {f"{w}x{h}": np.asarray(image.resize((w, h), Image.Resampling.BILINEAR)).transpose(2, 0, 1).ravel().tolist() for w, h in SIZES}
    fixture = {"width": 32, "height": 24, "rgb": pixels.ravel().tolist(), "resized": resized}
    (Path(__file__).parent / "resample.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
