"""Pictures and boxes in memory, and the split of a set by group.

Every picture is kept as decoded uint8 at its own resolution; `um_per_px` says how large a pixel is, so that the
loader can bring any source to the nominal scale of the model.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from task import Task

#: Training: an object with at least this share in view must be found; below SLIVER it is background, in between
#: neither.
LEAST_VISIBLE = 0.25
SLIVER = 0.15
#: The same where annotators left out what the border cuts: a crop says nothing about what they would have boxed.
LEAST_VISIBLE_BY_HABIT = 0.75
SLIVER_BY_HABIT = 0.02
#: Judging: an object counts when at least this share is in view (what the trained network in effect reports).
COUNTED_VISIBLE = 0.10
SPLIT_SEED = 20261
VALIDATION_SHARE = 0.20


@dataclass
class Picture:
    """One annotated picture. boxes: [n,4] x0 y0 x1 y1 in its own pixels; labels: [n] class index."""

    file_name: str
    image: Image.Image
    um_per_px: float
    boxes: np.ndarray
    labels: np.ndarray
    #: Share of each object that lies inside the picture.
    visible: np.ndarray
    #: Where an unlabelled red cell may be ("L" image, 255 = perhaps), or None where labels are complete.
    doubtful: Image.Image | None = None
    #: At its border the labels follow the annotators' habit, not a rule.
    has_habit_at_border: bool = False


def split_by_group(annotations: dict) -> dict[str, list[str]]:
    """Train and validation file names. Groups are ordered by a seeded hash; the first ones fill the validation part."""
    groups: dict[str, list[str]] = {}
    for image in annotations["images"]:
        groups.setdefault(image["group"], []).append(image["file_name"])
    order = sorted(groups, key=lambda g: hashlib.sha256(f"{SPLIT_SEED}:{g}".encode()).hexdigest())
    wanted = round(VALIDATION_SHARE * len(annotations["images"]))
    split: dict[str, list[str]] = {"train": [], "validation": []}
    for group in order:
        part = "validation" if len(split["validation"]) < wanted else "train"
        split[part] += groups[group]
    return {part: sorted(names) for part, names in split.items()}


def load_coco(folder: Path, task: Task, um_per_px: float | None, file_names: set[str] | None = None) -> list[Picture]:
    """Read a folder with annotations.json and images/ (or pictures beside it).

    um_per_px: None takes `pixel_size_um` of each image record.
    """
    coco = json.loads((folder / "annotations.json").read_text())
    category = {c["id"]: task.categories[c["name"]] for c in coco["categories"]}
    of_image: dict[int, list[dict]] = {}
    for a in coco["annotations"]:
        of_image.setdefault(a["image_id"], []).append(a)
    pictures = []
    for record in coco["images"]:
        if file_names is not None and record["file_name"] not in file_names:
            continue
        path = folder / "images" / record["file_name"]
        with Image.open(path if path.exists() else folder / record["file_name"]) as file:
            image = file.convert("RGB")
        found = of_image.get(record["id"], [])
        xywh = np.array([a["bbox"] for a in found], np.float32).reshape(-1, 4)
        pictures.append(Picture(
            file_name=record["file_name"],
            image=image,
            um_per_px=um_per_px or record["pixel_size_um"],
            boxes=np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1),
            labels=np.array([category[a["category_id"]] for a in found], np.int64),
            visible=np.array([a.get("visible_fraction", 1.0) for a in found], np.float32),
        ))
    return pictures


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of every box of a [n,4] with every box of b [m,4]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.clip(high - low, 0, None).prod(-1)
    area = lambda q: (q[:, 2:] - q[:, :2]).prod(-1)  # noqa: E731
    return inter / np.maximum(area(a)[:, None] + area(b)[None] - inter, 1e-9)


def countable(pictures: list[Picture]) -> list[Picture]:
    """The same pictures without the slivers at the border: a tenth of an object must be in view to count."""
    kept = []
    for p in pictures:
        in_view = p.visible >= COUNTED_VISIBLE
        kept.append(replace(p, boxes=p.boxes[in_view], labels=p.labels[in_view], visible=p.visible[in_view]))
    return kept


def at_nominal_scale(picture: Picture, nominal_um_per_px: float, multiple: int = 16) -> tuple[np.ndarray, tuple[float, float]]:
    """The picture as float [3,h,w] 0..1 at the nominal scale, padded right/bottom to a multiple; and (x, y) scale applied."""
    scale = picture.um_per_px / nominal_um_per_px
    width, height = round(picture.image.width * scale), round(picture.image.height * scale)
    pixels = np.asarray(picture.image.resize((width, height), Image.Resampling.BILINEAR), np.float32) / 255
    pad = (-height % multiple, -width % multiple)
    pixels = np.pad(pixels, ((0, pad[0]), (0, pad[1]), (0, 0)), mode="edge")
    return pixels.transpose(2, 0, 1).copy(), (width / picture.image.width, height / picture.image.height)
