"""Random training views: one picture turned, scaled, cut, then seen through another microscope.

Everything is drawn from one generator per view, so a view depends on (seed, step, place in the batch) alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from nuclei_data import Picture, normalise

#: Training canvas, pixels in each direction.
CANVAS = 256
SCALE_RANGE = (0.5, 2.0)
#: Nuclei that a scaling would make smaller than this across are not scaled down further: nothing is left to outline.
LEAST_DIAMETER = 7.0
#: Views that show a picture nearly as it is: disturbed ones alone leave the outlines of clean ones soft.
PLAIN_SHARE = 0.45
#: Views that hold nothing but background and noise: an empty field must stay empty although it is stretched to 0..1.
EMPTY_SHARE = 0.02
#: Fluorescence views into which the nuclei of a second one are set, and those that get one far out of focus as a glow:
#: light adds up, so both are what a denser or a thicker specimen would send.
CROWDED_SHARE = 0.2
GLOW_SHARE = 0.15


@dataclass
class View:
    """image [3,h,w] normalised float32; labels [h,w] int32; distance [h,w] float32."""

    image: np.ndarray
    labels: np.ndarray
    distance: np.ndarray


def random_view(pool: list[Picture], weights: np.ndarray, rng: np.random.Generator, canvas: int = CANVAS) -> View:
    """One view of a picture drawn from `pool` with probability `weights`."""
    if rng.random() < EMPTY_SHARE:
        return empty_view(rng, canvas)
    picture = pool[rng.choice(len(pool), p=weights)]
    is_plain = rng.random() < PLAIN_SHARE
    pixels, labels, distance = cut(picture, rng, canvas, is_plain)
    image = pixels.astype(np.float32) / 255
    if picture.modality == "fluorescence":
        if rng.random() < CROWDED_SHARE:
            image, labels, distance = crowd(image, labels, distance, *another(pool, weights, rng, canvas), rng)
        if rng.random() < GLOW_SHARE:
            image = glow_from_below(image, another(pool, weights, rng, canvas)[0], rng)
    image = plain_look(image, rng) if is_plain else random_look(image, rng)
    image = normalise(image)
    return View(np.ascontiguousarray(image.transpose(2, 0, 1)), labels, distance)


def empty_view(rng: np.random.Generator, canvas: int) -> View:
    """Uneven background and noise, no nucleus."""
    image = rng.uniform(0.02, 0.9) * np.ones((canvas, canvas, 3), np.float32)
    image = random_look(image * (1 + 0.5 * rng.random() * smooth_field(rng, canvas))[:, :, None], rng)
    zeros = np.zeros((canvas, canvas), np.float32)
    return View(np.ascontiguousarray(normalise(image).transpose(2, 0, 1)), zeros.astype(np.int32), zeros)


def another(pool: list[Picture], weights: np.ndarray, rng: np.random.Generator,
            canvas: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels in 0..1 above their background, labels and distance of a second fluorescence view."""
    while (picture := pool[rng.choice(len(pool), p=weights)]).modality != "fluorescence":
        pass
    pixels, labels, distance = cut(picture, rng, canvas, is_plain=True)
    image = pixels.astype(np.float32) / 255
    return np.maximum(image - np.percentile(image, 20), 0), labels, distance


def crowd(image: np.ndarray, labels: np.ndarray, distance: np.ndarray, other: np.ndarray, other_labels: np.ndarray,
          other_distance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Adds those nuclei of the other view that lie beside those of this one (they may touch), as bright as these."""
    covered = np.unique(other_labels[labels > 0])
    kept = (other_labels > 0) & ~np.isin(other_labels, covered)
    if not kept.any() or not (labels > 0).any():
        return image, labels, distance
    gain = float(image[labels > 0].mean() / max(other[kept].mean(), 1e-3)) * float(np.exp(rng.normal(0, 0.3)))
    # The light around a nucleus comes along, softly: no cut-out edge may tell what was set in.
    light = cv2.GaussianBlur(cv2.dilate(kept.astype(np.float32), np.ones((3, 3), np.uint8)), (0, 0), 1.0)
    return (np.clip(image + other * gain * light[:, :, None], 0, 1), np.where(kept, other_labels + labels.max(), labels),
            np.where(kept, other_distance, distance))


def glow_from_below(image: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Adds another view far out of focus, as from below the plane of a thick section: its nuclei are not labelled."""
    blurred = cv2.GaussianBlur(other, (0, 0), rng.uniform(3.5, 10.0))
    strength = rng.uniform(0.15, 0.8) * float(image.max()) / max(float(blurred.max()), 1e-3)
    return np.clip(image + blurred * strength, 0, 1)


def cut(picture: Picture, rng: np.random.Generator, canvas: int, is_plain: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A scaled, turned, mirrored square of the picture, mirrored at its border where it is smaller than the canvas.

    Plain: quarter turns, and half the time the picture's own pixels."""
    height, width = picture.labels.shape
    log_scale = rng.normal(0, 0.15) if is_plain or rng.random() < 0.4 else rng.uniform(*np.log(SCALE_RANGE))
    if is_plain and rng.random() < 0.5:
        log_scale = 0.0
    scale = max(float(np.exp(np.clip(log_scale, *np.log(SCALE_RANGE)))), smallest_scale(picture))
    stretch = 1.0 if is_plain else np.exp(rng.normal(0, 0.06))
    # Half the other views keep the pixel grid (quarter turns): resampling softens the noise that a camera leaves.
    angle = rng.integers(4) * np.pi / 2 if is_plain or rng.random() < 0.5 else rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([scale * stretch * rng.choice([-1, 1]), scale / stretch])
    # The canvas lies inside the picture where it can.
    reach = np.abs(np.linalg.inv(linear)) @ np.array([canvas / 2, canvas / 2])
    centre = np.array([rng.uniform(min(r, s / 2), max(s - r, s / 2)) for r, s in zip(reach, (width, height))])
    if log_scale == 0:
        centre = centre.round()
    matrix = np.hstack([linear, (np.array([canvas / 2, canvas / 2]) - linear @ centre)[:, None]])
    pixels = picture.pixels
    if scale < 0.8:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.45 / scale)
    size = (canvas, canvas)
    smooth = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    pixels = cv2.warpAffine(pixels, matrix, size, flags=smooth, borderMode=cv2.BORDER_REFLECT)
    labels = cv2.warpAffine(picture.labels.astype(np.float32), matrix, size, flags=cv2.INTER_NEAREST,
                            borderMode=cv2.BORDER_REFLECT).astype(np.int32)
    distance = cv2.warpAffine(picture.distance, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    distance[labels == 0] = 0
    return pixels, labels, deepest_to_one(labels, distance)


def smallest_scale(picture: Picture) -> float:
    """The scale at which the median nucleus of the picture is LEAST_DIAMETER across (at most 1)."""
    areas = np.bincount(picture.labels.ravel())[1:]
    areas = areas[areas > 0]
    if not len(areas):
        return SCALE_RANGE[0]
    return min(1.0, LEAST_DIAMETER / (2 * np.sqrt(np.median(areas) / np.pi)))


def deepest_to_one(labels: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Rescale so that what is visible of each nucleus reaches 1: the network cannot know what lies outside."""
    deepest = np.zeros(labels.max() + 1, np.float32)
    np.maximum.at(deepest, labels.ravel(), distance.ravel())
    deepest[0] = 1
    return distance / np.maximum(deepest, 1e-3)[labels]


def plain_look(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same slide on another day: other exposure, at times a little noise or blur. Not yet normalised."""
    image = image * np.float32(np.exp(rng.uniform(-0.4, 0.2)))
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.8))
    if rng.random() < 0.15:
        image = add_noise(image, rng)
    return np.round(np.clip(image, 0, 1) * 255).astype(np.float32)


def random_look(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another microscope, stain and camera. image: [h,w,3] in 0..1; the result is not yet normalised."""
    canvas = image.shape[0]
    if rng.random() < 0.4:
        image = random_colour(image, rng)
    if rng.random() < 0.12:
        image = 1 - image
    if rng.random() < 0.35:
        image = cv2.GaussianBlur(image, (0, 0), 0.3 + 2.0 * rng.random() ** 2)
    if rng.random() < 0.6:
        low, high = image.min(), image.max()
        image = ((image - low) / max(high - low, 1e-3)) ** np.float32(np.exp(rng.normal(0, 0.35))) * (high - low) + low
    if rng.random() < 0.5:
        light = 1 + 0.35 * rng.random() * smooth_field(rng, canvas)
        glow = 0.25 * rng.random() ** 2 * (1 + smooth_field(rng, canvas)) * float(image.max())
        image = image * light[:, :, None] + glow[:, :, None]
    if rng.random() < 0.7:
        image = image * np.float32(np.exp(rng.uniform(-1.0, 0.5)))
    if rng.random() < 0.6:
        image = add_noise(image, rng)
    if rng.random() < 0.06:
        image = add_debris(image, rng)
    # 8 bits, as from a camera.
    return np.round(np.clip(image, 0, 1) * 255).astype(np.float32)


def random_colour(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stain or false colour: grey from random channel weights, other channel gains, or channels exchanged."""
    kind = rng.random()
    if kind < 0.4:
        mix = rng.dirichlet((1.0, 1.0, 1.0)).astype(np.float32)
        return np.repeat((image @ mix)[:, :, None], 3, axis=2)
    if kind < 0.6:
        return image[:, :, rng.permutation(3)]
    if kind < 0.8:  # as shown in one colour
        tint = rng.random(3).astype(np.float32)
        return image * (tint / max(tint.max(), 1e-3))
    density = -np.log(np.clip(image, 0.02, 1))
    return np.exp(-density * np.exp(rng.normal(0, 0.25, 3)) * np.exp(rng.normal(0, 0.3))).astype(np.float32)


def smooth_field(rng: np.random.Generator, canvas: int) -> np.ndarray:
    """A slow random field [canvas, canvas], about -1..1."""
    knots = rng.uniform(-1, 1, (int(rng.integers(2, 5)),) * 2).astype(np.float32)
    return cv2.resize(knots, (canvas, canvas), interpolation=cv2.INTER_CUBIC)


#: Drawing fresh normals costs as much as all the rest: noise is cut from this bank at random places.
NOISE_BANK = np.random.default_rng(5).standard_normal((1024, 1024, 3), np.float32)


def add_noise(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Read noise and shot noise relative to the brightest pixel; grey or per channel; sometimes coarse."""
    canvas = image.shape[0]
    y, x = rng.integers(0, NOISE_BANK.shape[0] - canvas, 2)
    noise = NOISE_BANK[y:y + canvas, x:x + canvas]
    if rng.random() < 0.6:
        noise = noise[:, :, :1]
    if rng.random() < 0.3:
        noise = cv2.blur(noise, (3, 3)).reshape(canvas, canvas, -1) * 2
    top = max(float(image.max()), 1e-3)
    shot = np.sqrt(np.maximum(image.mean(axis=2, keepdims=True), 0) / top)
    strength = 0.10 * rng.random() ** 2
    return image + noise * (top * strength * (shot if rng.random() < 0.5 else 1.0))


def add_debris(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A few specks of full brightness, much smaller than a nucleus: the percentiles must not be the only guard."""
    out = np.ascontiguousarray(image)
    top = min(1.0, 2 * float(image.max()))
    for _ in range(int(rng.integers(1, 5))):
        x, y = (int(v) for v in rng.integers(0, image.shape[0], 2))
        cv2.circle(out, (x, y), int(rng.integers(1, 3)), (top,) * 3, -1, lineType=cv2.LINE_AA)
    return out
