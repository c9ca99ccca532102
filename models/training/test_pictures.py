"""Drawn pictures for the test tensors of the packages: plain shapes, nobody's data."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from task import Task


def test_picture(task: Task) -> np.ndarray:
    """uint8 [1,3,H,W]."""
    return chamber() if task.is_grey else smear()


def smear(width: int = 320, height: int = 240) -> np.ndarray:
    """Red cells, a white cell and platelets."""
    rng = np.random.default_rng(11)
    image = Image.new("RGB", (width, height), (214, 212, 205))
    draw = ImageDraw.Draw(image)
    for x in range(30, width, 62):
        for y in range(32, height, 60):
            cx, cy, r = x + rng.integers(-6, 7), y + rng.integers(-5, 6), rng.integers(22, 27)
            draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(190, 150, 152))
            draw.ellipse((cx - r // 3, cy - r // 3, cx + r // 3, cy + r // 3), fill=(210, 186, 184))
    draw.ellipse((118, 70, 204, 154), fill=(178, 160, 205))
    for x, y in ((136, 92), (160, 88), (172, 112)):
        draw.ellipse((x, y, x + 26, y + 30), fill=(92, 56, 150))
    for x, y in ((62, 8), (250, 122), (92, 178)):
        draw.ellipse((x, y, x + 15, y + 14), fill=(140, 96, 170))
    return finished(image, rng)


def chamber(side: int = 288) -> np.ndarray:
    """Living cells with a bright centre and a dark ring, grey dead ones, and two lines of the chamber."""
    rng = np.random.default_rng(12)
    image = Image.new("RGB", (side, side), (92, 92, 92))
    draw = ImageDraw.Draw(image)
    draw.line((0, 30, side, 30), fill=(58, 58, 58), width=3)
    draw.line((30, 0, 30, side), fill=(58, 58, 58), width=3)
    for i, (x, y) in enumerate(((80, 80), (150, 60), (220, 100), (70, 160), (140, 150), (230, 190), (90, 240), (170, 235))):
        r = int(rng.integers(12, 16))
        is_living = i % 3 != 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(30, 30, 30) if is_living else (66, 66, 66))
        core = r // 2
        draw.ellipse((x - core, y - core, x + core, y + core), fill=(220, 220, 220) if is_living else (58, 58, 58))
    return finished(image, rng)


def finished(image: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """A little blur and noise, 8 bits."""
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), np.float32)
    pixels = pixels + rng.normal(0, 2, (image.height, image.width, 3))
    return pixels.round().clip(0, 255).astype(np.uint8).transpose(2, 0, 1)[None].copy()
