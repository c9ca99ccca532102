"""Random views of the pictures: geometry on single pictures (with their boxes), colour on whole batches."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from data import LEAST_VISIBLE, NOMINAL_UM_PER_PX, SLIVER, Picture

#: Training canvas, height and width in input pixels.
CANVAS = (256, 320)
SCALE_RANGE = (0.6, 1.65)


@dataclass
class View:
    """One training example: pixels [h,w,3] uint8, boxes in canvas pixels, doubtful [h/4,w/4] bool.

    ignored: boxes that are neither object nor background.
    """

    pixels: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    ignored: np.ndarray
    doubtful: np.ndarray


def random_view(pool: list[Picture], rng: np.random.Generator, canvas: tuple[int, int] = CANVAS) -> View:
    """Fill a canvas with pictures at one random scale: a crop where they are larger, a mosaic where smaller."""
    height, width = canvas
    first = pool[rng.integers(len(pool))]
    # Half of the views stay near the true scale, the other half covers the whole range.
    log_scale = rng.normal(0, 0.12) if rng.random() < 0.5 else rng.uniform(*np.log(SCALE_RANGE))
    zoom = float(np.exp(np.clip(log_scale, *np.log(SCALE_RANGE)))) * first.um_per_px / NOMINAL_UM_PER_PX
    stretch = np.exp(rng.normal(0, 0.04))
    sx, sy = zoom * stretch, zoom / stretch
    tile_w, tile_h = max(round(first.image.width * sx), 8), max(round(first.image.height * sy), 8)
    left = -int(rng.integers(0, max(tile_w - width, 0) + 1)) if tile_w >= width else -int(rng.integers(0, tile_w))
    top = -int(rng.integers(0, max(tile_h - height, 0) + 1)) if tile_h >= height else -int(rng.integers(0, tile_h))

    view = View(np.zeros((height, width, 3), np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.int64),
                np.zeros((0, 4), np.float32), np.zeros((height // 4, width // 4), bool))
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    y = top
    while y < height:
        x = left
        while x < width:
            place(view, parts, first, (x, y, tile_w, tile_h))
            first = pool[rng.integers(len(pool))]
            x += tile_w
        y += tile_h
    view.boxes = np.concatenate([p[0] for p in parts])
    view.labels = np.concatenate([p[1] for p in parts])
    view.ignored = np.concatenate([p[2] for p in parts])
    return symmetry(view, rng)


def place(view: View, parts: list, picture: Picture, rect: tuple[int, int, int, int]) -> None:
    """Draw the visible part of a picture scaled to `rect` (x, y, w, h) and collect its boxes."""
    height, width = view.pixels.shape[:2]
    x, y, w, h = rect
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    sx, sy = w / picture.image.width, h / picture.image.height
    source = ((x0 - x) / sx, (y0 - y) / sy, (x1 - x) / sx, (y1 - y) / sy)
    crop = picture.image.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR, box=source)
    view.pixels[y0:y1, x0:x1] = np.asarray(crop)
    if picture.doubtful is not None:
        d = picture.doubtful
        fx, fy = d.width / picture.image.width, d.height / picture.image.height
        box = (source[0] * fx, source[1] * fy, source[2] * fx, source[3] * fy)
        mask = np.asarray(d.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST, box=box)) > 0
        full = np.zeros((height, width), bool)
        full[y0:y1, x0:x1] = mask
        view.doubtful |= full.reshape(height // 4, 4, width // 4, 4).any(axis=(1, 3))
    boxes = picture.boxes * (sx, sy, sx, sy) + (x, y, x, y)
    cut = clip(boxes, x0, y0, x1, y1)
    share = area(cut) / np.maximum(area(boxes), 1e-6) * picture.visible
    enough = (share >= LEAST_VISIBLE) & (cut[:, 2:] - cut[:, :2] >= 3).all(axis=1)
    slivers = cut[~enough & (share > SLIVER)]
    parts.append((cut[enough].astype(np.float32), picture.labels[enough], slivers.astype(np.float32)))


def clip(boxes: np.ndarray, x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.stack([boxes[:, 0].clip(x0, x1), boxes[:, 1].clip(y0, y1),
                     boxes[:, 2].clip(x0, x1), boxes[:, 3].clip(y0, y1)], axis=1)


def area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def symmetry(view: View, rng: np.random.Generator) -> View:
    """Mirror left-right and top-bottom at random (a smear has no up)."""
    height, width = view.pixels.shape[:2]
    if rng.random() < 0.5:
        view.pixels, view.doubtful = view.pixels[:, ::-1], view.doubtful[:, ::-1]
        for boxes in (view.boxes, view.ignored):
            boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    if rng.random() < 0.5:
        view.pixels, view.doubtful = view.pixels[::-1], view.doubtful[::-1]
        for boxes in (view.boxes, view.ignored):
            boxes[:, [1, 3]] = height - boxes[:, [3, 1]]
    return view


def random_colour(image: Tensor, rng: torch.Generator) -> Tensor:
    """Stain, light, optics and sensor differ between slides and microscopes. image: [N,3,H,W] in 0..1."""
    n = image.shape[0]

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=rng)

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(n, 1, 1, 1, generator=rng) * (high - low) + low

    image = blur(image, uniform(0, 1).pow(2).flatten() * 1.8)
    # Stain strength and tint, in optical density: -log(I), where dyes add up. A gamma is a factor there too.
    density = (0.15 * normal(1, 1, 1)).exp().clamp(0.6, 1.6) * (0.08 * normal(3, 1, 1)).exp()
    density = density * (0.15 * normal(1, 1, 1)).exp()
    gain = (1 + 0.10 * normal(1, 1, 1)) * (1 + 0.05 * normal(3, 1, 1))
    image = image.clamp_(min=0.02).log_().mul_(density).exp_()
    # Gain, saturation and hue are linear: one matrix a picture.
    grey = torch.full((3, 3), 1 / 3)
    saturation = uniform(0.6, 1.45)[:, 0]
    mix = hue_turn(0.12 * normal()) @ (grey + saturation * (torch.eye(3) - grey)) * gain[:, :, 0].transpose(1, 2)
    image = torch.bmm(mix, image.flatten(2)).view_as(image)
    # Uneven light: a slope across the field.
    ys = torch.linspace(-1, 1, image.shape[2]).view(1, 1, -1, 1)
    xs = torch.linspace(-1, 1, image.shape[3]).view(1, 1, 1, -1)
    image = image * (1 + 0.06 * (normal(1, 1, 1) * xs + normal(1, 1, 1) * ys)) + 0.03 * normal(1, 1, 1)
    add_noise(image, uniform(0, 1).flatten().pow(2) * 0.05, rng)
    # 8 bits, as from a camera.
    return image.clamp_(0, 1).mul_(255).round_().div_(255)


#: Drawing fresh normals costs as much as the rest together: noise is cut from this bank at random places.
NOISE_BANK = torch.randn(3, 1024, 1024, generator=torch.Generator().manual_seed(5))
#: Noise that is correlated over neighbours, as after demosaicing and JPEG.
COARSE_BANK = F.avg_pool2d(NOISE_BANK[None], 3, stride=1, padding=1)[0] * 3


def add_noise(image: Tensor, strength: Tensor, rng: torch.Generator) -> None:
    """Add noise to each picture in place; strength [N] is its standard deviation."""
    height, width = image.shape[2:]
    for picture, sigma in zip(image, strength.tolist()):
        bank = COARSE_BANK if torch.rand(1, generator=rng).item() < 0.4 else NOISE_BANK
        y = int(torch.randint(bank.shape[1] - height, (1,), generator=rng))
        x = int(torch.randint(bank.shape[2] - width, (1,), generator=rng))
        picture.add_(bank[:, y:y + height, x:x + width], alpha=sigma)


def hue_turn(angle: Tensor) -> Tensor:
    """Matrices [N,3,3] that turn colours about the grey axis (Rodrigues' formula); angle [N] in radians."""
    c, s = angle.cos(), angle.sin()
    k = 1 / math.sqrt(3)
    cross = k * torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    return c[:, None, None] * torch.eye(3) + s[:, None, None] * cross + (1 - c)[:, None, None] / 3


def blur(image: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur with a sigma (px) of its own for every picture; below 0.3 px nothing is done."""
    radius = 4
    at = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (at[None] / sigma.clamp(min=0.05)[:, None]) ** 2)
    kernel = torch.where(sigma[:, None] < 0.3, (at == 0).float()[None], kernel)
    kernel = kernel / kernel.sum(dim=1, keepdim=True)
    n, c, h, w = image.shape
    flat = image.reshape(1, n * c, h, w)
    each = kernel.repeat_interleave(c, dim=0)
    flat = F.conv2d(F.pad(flat, (radius, radius, 0, 0), mode="replicate"), each[:, None, None, :], groups=n * c)
    flat = F.conv2d(F.pad(flat, (0, 0, radius, radius), mode="replicate"), each[:, None, :, None], groups=n * c)
    return flat.reshape(n, c, h, w)
