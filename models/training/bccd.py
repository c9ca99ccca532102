"""The BCCD set: its double boxes, and where an unlabelled red cell may be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from data import Picture, iou, load_coco, split_by_group
from task import BLOOD_CELLS

FOLDER = "bccd"


def load_bccd(data: Path, part: str) -> list[Picture]:
    """BCCD pictures of "train" or "validation", with the doubtful mask where red-cell labels are flagged as incomplete."""
    folder = data / FOLDER
    annotations = json.loads((folder / "annotations.json").read_text())
    split = split_by_group(annotations)
    incomplete = {i["file_name"] for i in annotations["images"] if i["rbc_labels_incomplete"]}
    pictures = load_coco(folder, BLOOD_CELLS, BLOOD_CELLS.assumed_um_per_px, set(split[part]))
    for picture in pictures:
        keep = keep_distinct(picture.boxes, picture.labels)
        picture.boxes, picture.labels, picture.visible = picture.boxes[keep], picture.labels[keep], picture.visible[keep]
        picture.has_habit_at_border = True
        if picture.file_name in incomplete:
            picture.doubtful = doubtful_mask(picture)
    return pictures


def keep_distinct(boxes: np.ndarray, labels: np.ndarray, same_iou: float = 0.85) -> np.ndarray:
    """Indices without second boxes around the same object (BCCD holds a few double annotations)."""
    kept: list[int] = []
    for i in range(len(boxes)):
        if all(labels[i] != labels[j] or iou(boxes[i:i + 1], boxes[j:j + 1])[0, 0] < same_iou for j in kept):
            kept.append(i)
    return np.array(kept, np.int64)


def doubtful_mask(picture: Picture) -> Image.Image:
    """255 where something is darker than the bare slide and no box explains it: perhaps an unlabelled red cell.

    Otsu's threshold on green (haemoglobin and stains absorb it), moved half-way towards the background so that pale
    cells are included, then grown by about 1 um.
    """
    small = picture.image.resize((picture.image.width // 4, picture.image.height // 4), Image.Resampling.BOX)
    green = np.asarray(small)[:, :, 1]
    cut = otsu(green)
    background = float(np.median(green[green > cut])) if (green > cut).any() else 255.0
    mask = green < (cut + background) / 2
    mask = grow(mask, 3)
    for x0, y0, x1, y1 in picture.boxes / 4:
        mask[max(int(y0), 0):int(np.ceil(y1)), max(int(x0), 0):int(np.ceil(x1))] = False
    return Image.fromarray(mask.astype(np.uint8) * 255)


def otsu(values: np.ndarray) -> float:
    """Otsu 1979, IEEE Trans. SMC 9(1): the cut that separates two populations best."""
    histogram = np.bincount(values.ravel(), minlength=256).astype(float)
    weight = histogram.cumsum()
    total = weight[-1]
    mean = (histogram * np.arange(256)).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mean[-1] * weight / total - mean) ** 2 / (weight * (total - weight))
    return float(np.nanargmax(np.where(np.isfinite(between), between, -1)))


def grow(mask: np.ndarray, pixels: int) -> np.ndarray:
    """Dilate by a square of the given radius."""
    out = mask.copy()
    for axis in (0, 1):
        source = out.copy()
        for shift in range(1, pixels + 1):
            head = [slice(None)] * 2
            tail = [slice(None)] * 2
            head[axis], tail[axis] = slice(shift, None), slice(None, -shift)
            out[tuple(head)] |= source[tuple(tail)]
            out[tuple(tail)] |= source[tuple(head)]
    return out
