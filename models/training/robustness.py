"""The same pictures as another laboratory, microscope or camera would have taken them."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

import numpy as np
import torch
from PIL import Image, ImageFilter

from augment import hue_turn
from data import Picture
from task import Task

AS_THEY_ARE = "as they are"
#: How the name of a change ends where nobody says what it did to the pixel size, and where that is estimated.
NOT_TOLD, ESTIMATED = ", not told", ", estimated"

Change = Callable[[Picture], Picture]


def changes(task: Task) -> dict[str, Change]:
    """What is reported in the model card, by name."""
    colour = grey_changes() if task.is_grey else stain_changes()
    return {
        **colour,
        **{f"magnification x{m}, pixel size told": magnified(m, is_told=True) for m in (0.5, 0.7, 1.4, 2.0)},
        **{f"magnification x{m}{NOT_TOLD}": magnified(m, is_told=False) for m in (0.5, 0.7, 1.4, 2.0)},
        **{f"defocus, sigma {um} um": defocused(um) for um in ((0.15, 0.3) if not task.is_grey else (1.5, 3.0))},
        **{f"noise, sd {share:.0%} of full scale": noisy(share) for share in (0.03, 0.06)},
    }


def stain_changes() -> dict[str, Change]:
    return {
        "stain x0.7 (optical density)": of_pixels(lambda x: np.maximum(x, 0.004) ** 0.7),
        "stain x1.4": of_pixels(lambda x: np.maximum(x, 0.004) ** 1.4),
        "red dye x0.75, blue dye x1.25": of_pixels(lambda x: np.maximum(x, 0.004) ** np.array([1.25, 1.0, 0.75])),
        "hue +15 degrees": of_pixels(turned(15)),
        "hue -15 degrees": of_pixels(turned(-15)),
        "warm white balance": of_pixels(lambda x: x * np.array([1.12, 1.0, 0.85])),
        "cold white balance": of_pixels(lambda x: x * np.array([0.85, 1.0, 1.12])),
        "exposure x0.7": of_pixels(lambda x: x * 0.7),
    }


def grey_changes() -> dict[str, Change]:
    return {
        "exposure x0.7": of_pixels(lambda x: x * 0.7),
        "exposure x1.4": of_pixels(lambda x: x * 1.4),
        "gamma 0.7": of_pixels(lambda x: x ** 0.7),
        "gamma 1.4": of_pixels(lambda x: x ** 1.4),
        "contrast x0.6": of_pixels(lambda x: (x - x.mean()) * 0.6 + x.mean()),
        "contrast x1.5": of_pixels(lambda x: (x - x.mean()) * 1.5 + x.mean()),
    }


def turned(degrees: float) -> Callable[[np.ndarray], np.ndarray]:
    matrix = hue_turn(torch.tensor([np.deg2rad(degrees)], dtype=torch.float32))[0].numpy()
    return lambda x: x @ matrix.T


def of_pixels(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    """A change of values 0..1, rounded to 8 bits as a camera would."""
    def apply(picture: Picture) -> Picture:
        values = change(np.asarray(picture.image, np.float32) / 255)
        return replace(picture, image=Image.fromarray((values.clip(0, 1) * 255).round().astype(np.uint8)))
    return apply


def magnified(factor: float, is_told: bool) -> Change:
    def apply(picture: Picture) -> Picture:
        size = (round(picture.image.width * factor), round(picture.image.height * factor))
        scale = (size[0] / picture.image.width, size[1] / picture.image.height) * 2
        return replace(picture, image=picture.image.resize(size, Image.Resampling.BICUBIC), boxes=picture.boxes * scale,
                       um_per_px=picture.um_per_px / factor if is_told else picture.um_per_px)
    return apply


def defocused(sigma_um: float) -> Change:
    return lambda p: replace(p, image=p.image.filter(ImageFilter.GaussianBlur(sigma_um / p.um_per_px)))


def noisy(share: float) -> Change:
    def apply(picture: Picture) -> Picture:
        shape = (picture.image.height, picture.image.width, 3)
        noise = np.random.default_rng(3).normal(0, share, shape)
        return of_pixels(lambda x: x + noise)(picture)
    return apply
