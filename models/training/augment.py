"""Random views of the pictures: geometry on single pictures (with their boxes), colour on whole batches."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from data import LEAST_VISIBLE, LEAST_VISIBLE_BY_HABIT, SLIVER, SLIVER_BY_HABIT, Picture
from task import Task


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


def random_view(pool: list[Picture], rng: np.random.Generator, task: Task, canvas: tuple[int, int], whole_share: float
                ) -> View:
    """A whole picture (where borders follow habit), or pictures at one random scale: a crop where they are larger, a mosaic where smaller."""
    height, width = canvas
    least, most = np.log(task.scale_range)
    first = pool[rng.integers(len(pool))]
    if first.has_habit_at_border and rng.random() < whole_share:
        view, scale = whole_view(first, canvas, rng)
        set_in(view, pool, rng, task.set_in, scale)
        return symmetry(view, rng)
    # Half of the views stay near the true scale, the other half covers the whole range.
    log_scale = rng.normal(0, 0.12) if rng.random() < 0.5 else rng.uniform(least, most)
    zoom = float(np.exp(np.clip(log_scale, least, most))) * first.um_per_px / task.nominal_um_per_px
    stretch = np.exp(rng.normal(0, 0.04))
    sx, sy = zoom * stretch, zoom / stretch
    tile_w, tile_h = max(round(first.image.width * sx), 8), max(round(first.image.height * sy), 8)
    left = -int(rng.integers(0, max(tile_w - width, 0) + 1)) if tile_w >= width else -int(rng.integers(0, tile_w))
    top = -int(rng.integers(0, max(tile_h - height, 0) + 1)) if tile_h >= height else -int(rng.integers(0, tile_h))

    view = empty_view(canvas)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    y = top
    while y < height:
        x = left
        while x < width:
            place(view, parts, first, (x, y, tile_w, tile_h))
            first = pool[rng.integers(len(pool))]
            x += tile_w
        y += tile_h
    return symmetry(gather(view, parts), rng)


def whole_view(picture: Picture, canvas: tuple[int, int], rng: np.random.Generator) -> tuple[View, tuple[float, float]]:
    """One picture stretched to the canvas, and by how much (x, y); half of them to a little less, the last row and column repeated as padding."""
    view = empty_view(canvas)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    height, width = canvas if rng.random() < 0.5 else np.array(canvas) - rng.integers(0, 16, 2)
    place(view, parts, picture, (0, 0, int(width), int(height)))
    view.pixels[height:] = view.pixels[height - 1]
    view.pixels[:, width:] = view.pixels[:, width - 1:width]
    return gather(view, parts), (width / picture.image.width, height / picture.image.height)


#: Around an object that is set in, this much of its own surroundings comes along and fades out.
SURROUNDINGS = 0.25
#: An object is set in only where no labelled box is covered by more than this share of it.
MOST_COVERED = 0.05


def set_in(view: View, pool: list[Picture], rng: np.random.Generator, mean: tuple[float, ...], scale: tuple[float, float]) -> None:
    """Set objects of the rarer classes, cut from other pictures, into free places; `mean`: how many of each class.

    Light passes both the object and what lies there already, so transmissions are multiplied (Beer-Lambert). The idea of
    more instances by copying: Ghiasi et al. 2021, arXiv:2012.07177.
    """
    for label, count in enumerate(mean):
        for _ in range(rng.poisson(count)):
            donor = pool[rng.integers(len(pool))]
            mine = np.flatnonzero(donor.labels == label)
            if len(mine):
                set_one_in(view, donor, int(rng.choice(mine)), rng, scale)


def set_one_in(view: View, donor: Picture, which: int, rng: np.random.Generator, scale: tuple[float, float]) -> None:
    """One object into one place drawn at random, unless something labelled is there or the donor's border cuts it."""
    x0, y0, x1, y1 = (float(v) for v in donor.boxes[which])
    margin_x, margin_y = SURROUNDINGS * (x1 - x0), SURROUNDINGS * (y1 - y0)
    source = (x0 - margin_x, y0 - margin_y, x1 + margin_x, y1 + margin_y)
    if source[0] < 0 or source[1] < 0 or source[2] > donor.image.width or source[3] > donor.image.height:
        return
    size = np.exp(rng.normal(0, 0.08))
    w = max(round((source[2] - source[0]) * scale[0] * size), 4)
    h = max(round((source[3] - source[1]) * scale[1] * size), 4)
    height, width = view.pixels.shape[:2]
    if w >= width or h >= height:
        return
    x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
    inner = SURROUNDINGS / (1 + 2 * SURROUNDINGS)
    box = np.array([[x + w * inner, y + h * inner, x + w * (1 - inner), y + h * (1 - inner)]], np.float32)
    taken = np.concatenate([view.boxes, view.ignored])
    if (area(clip(taken, *box[0])).clip(min=0) > MOST_COVERED * area(box)).any():
        return
    patch = np.asarray(donor.image.resize((w, h), Image.Resampling.BILINEAR, box=source), np.float32)
    patch = patch[::rng.choice((-1, 1)), ::rng.choice((-1, 1))]
    ys, xs = (np.linspace(-1, 1, n)[:, None] for n in (h, w))
    radius = np.sqrt(ys ** 2 + xs.T ** 2)
    # Whole inside the ellipse about the box, gone where the surroundings end.
    weight = np.clip((1 - radius) / (1 - (1 - 2 * inner) * 1.1), 0, 1)[:, :, None]
    around = np.median(patch[(radius > 0.85) & (radius < 1.05)], axis=0)
    transmission = 1 + (patch / np.maximum(around, 8) - 1) * weight
    place_there = view.pixels[y:y + h, x:x + w]
    view.pixels[y:y + h, x:x + w] = np.clip(place_there * transmission, 0, 255).round().astype(np.uint8)
    view.boxes = np.concatenate([view.boxes, box])
    view.labels = np.append(view.labels, donor.labels[which])


def empty_view(canvas: tuple[int, int]) -> View:
    height, width = canvas
    return View(np.zeros((height, width, 3), np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.int64),
                np.zeros((0, 4), np.float32), np.zeros((height // 4, width // 4), bool))


def gather(view: View, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> View:
    """Put what `place` collected into the view."""
    view.boxes, view.labels, view.ignored = (np.concatenate([p[i] for p in parts]) for i in range(3))
    return view


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
    least, sliver = (LEAST_VISIBLE_BY_HABIT, SLIVER_BY_HABIT) if picture.has_habit_at_border else (LEAST_VISIBLE, SLIVER)
    enough = (share >= least) & (cut[:, 2:] - cut[:, :2] >= 3).all(axis=1)
    slivers = cut[~enough & (share > sliver)]
    parts.append((cut[enough].astype(np.float32), picture.labels[enough], slivers.astype(np.float32)))


def clip(boxes: np.ndarray, x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.stack([boxes[:, 0].clip(x0, x1), boxes[:, 1].clip(y0, y1),
                     boxes[:, 2].clip(x0, x1), boxes[:, 3].clip(y0, y1)], axis=1)


def area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def symmetry(view: View, rng: np.random.Generator) -> View:
    """Mirror left-right and top-bottom, and turn where the canvas is square, at random (a slide has no up)."""
    height, width = view.pixels.shape[:2]
    if rng.random() < 0.5:
        view.pixels, view.doubtful = view.pixels[:, ::-1], view.doubtful[:, ::-1]
        for boxes in (view.boxes, view.ignored):
            boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    if rng.random() < 0.5:
        view.pixels, view.doubtful = view.pixels[::-1], view.doubtful[::-1]
        for boxes in (view.boxes, view.ignored):
            boxes[:, [1, 3]] = height - boxes[:, [3, 1]]
    if width == height and rng.random() < 0.5:
        view.pixels, view.doubtful = view.pixels.transpose(1, 0, 2), view.doubtful.T
        view.boxes, view.ignored = view.boxes[:, [1, 0, 3, 2]], view.ignored[:, [1, 0, 3, 2]]
    return view


#: Half of the pictures are varied this much less: what a set has in common (its stain, how its makers boxed) is told
#: from small differences.
MILD = 0.35


def random_strength(n: int, rng: torch.Generator) -> Tensor:
    """How strongly each picture is varied, [n]."""
    return torch.where(torch.rand(n, generator=rng) < 0.5, MILD, 1.0)


def random_colour(image: Tensor, rng: torch.Generator) -> Tensor:
    """Stain, light, optics and sensor differ between slides and microscopes. image: [N,3,H,W] in 0..1."""
    n = image.shape[0]
    strength = random_strength(n, rng)

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=rng) * strength.view(n, *(1,) * len(shape))

    image = blur(image, torch.rand(n, generator=rng).square() * 1.8 * strength)
    # Stain strength and tint, in optical density: -log(I), where dyes add up. A gamma is a factor there too.
    density = (0.15 * normal(1, 1, 1)).exp().clamp(0.6, 1.6) * (0.08 * normal(3, 1, 1)).exp()
    density = density * (0.15 * normal(1, 1, 1)).exp()
    gain = (1 + 0.10 * normal(1, 1, 1)) * (1 + 0.05 * normal(3, 1, 1))
    image = image.clamp_(min=0.02).log_().mul_(density).exp_()
    # Gain, saturation and hue are linear: one matrix a picture.
    grey = torch.full((3, 3), 1 / 3)
    saturation = (1 + strength * (torch.rand(n, generator=rng) * 0.85 - 0.4))[:, None, None]
    mix = hue_turn(0.12 * normal()) @ (grey + saturation * (torch.eye(3) - grey)) * gain[:, :, 0].transpose(1, 2)
    image = torch.bmm(mix, image.flatten(2)).view_as(image)
    # Uneven light: a slope across the field.
    ys = torch.linspace(-1, 1, image.shape[2]).view(1, 1, -1, 1)
    xs = torch.linspace(-1, 1, image.shape[3]).view(1, 1, 1, -1)
    image = image * (1 + 0.06 * (normal(1, 1, 1) * xs + normal(1, 1, 1) * ys)) + 0.03 * normal(1, 1, 1)
    add_noise(image, torch.rand(n, generator=rng).square() * 0.05 * strength, rng)
    # 8 bits, as from a camera.
    return image.clamp_(0, 1).mul_(255).round_().div_(255)


def random_light(image: Tensor, rng: torch.Generator) -> Tensor:
    """Lamp, exposure, condenser, focus and camera of grey pictures. image: [N,3,H,W] in 0..1, channels equal."""
    n = image.shape[0]
    strength = random_strength(n, rng)

    def normal(*shape: int) -> Tensor:
        return torch.randn(n, *shape, generator=rng) * strength.view(n, *(1,) * len(shape))

    image = blur(image, torch.rand(n, generator=rng).square() * 2.2 * strength)
    # A curve of its own for each camera, then contrast about the background and brightness.
    image = image.clamp_(min=0.004).log_().mul_((0.18 * normal(1, 1, 1)).exp().clamp(0.6, 1.7)).exp_()
    background = image.mean(dim=(1, 2, 3), keepdim=True)
    contrast = (0.25 * normal(1, 1, 1)).exp().clamp(0.5, 1.8)
    level = (background * (0.18 * normal(1, 1, 1)).exp() + 0.04 * normal(1, 1, 1)).clamp(0.12, 0.9)
    image = (image - background) * contrast + level
    # A faint cast: not every camera hands out equal channels.
    image = image * (1 + 0.03 * normal(3, 1, 1))
    ys = torch.linspace(-1, 1, image.shape[2]).view(1, 1, -1, 1)
    xs = torch.linspace(-1, 1, image.shape[3]).view(1, 1, 1, -1)
    image = image * (1 + 0.10 * (normal(1, 1, 1) * xs + normal(1, 1, 1) * ys))
    add_noise(image, torch.rand(n, generator=rng).square() * 0.04 * strength, rng)
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
