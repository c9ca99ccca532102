"""Pictures and boxes in memory, and the split of the BCCD set by group.

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

from network import CLASSES

#: The scale the network works at.
NOMINAL_UM_PER_PX = 0.15
#: BCCD states no pixel size: its red cells (about 7.5 um) are about 100 px wide.
BCCD_UM_PER_PX = 0.075
#: Training: an object with at least this share in view must be found; below SLIVER it is background, in between
#: neither.
LEAST_VISIBLE = 0.25
SLIVER = 0.15
#: Judging: an object counts when at least this share is in view (what the trained network in effect reports).
COUNTED_VISIBLE = 0.10
SPLIT_SEED = 20261
VALIDATION_SHARE = 0.20
SPLIT_FILE = Path(__file__).parent / "split.json"

CLASS_OF_CATEGORY = {
    "RBC": 0, "red-cell": 0,
    "WBC": 1, "white-cell": 1,
    "Platelets": 2, "platelet": 2,
}


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


def bccd_split(annotations: dict) -> dict[str, list[str]]:
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


def load_coco(folder: Path, um_per_px: float | None, file_names: set[str] | None = None) -> list[Picture]:
    """Read a folder with annotations.json and images/ (or pictures beside it).

    um_per_px: None takes `pixel_size_um` of each image record.
    """
    coco = json.loads((folder / "annotations.json").read_text())
    category = {c["id"]: CLASS_OF_CATEGORY[c["name"]] for c in coco["categories"]}
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


def load_bccd(data: Path, part: str) -> list[Picture]:
    """BCCD pictures of "train" or "validation", with the doubtful mask for their incomplete red-cell labels."""
    folder = data / "bccd"
    split = bccd_split(json.loads((folder / "annotations.json").read_text()))
    pictures = load_coco(folder, BCCD_UM_PER_PX, set(split[part]))
    for picture in pictures:
        keep = keep_distinct(picture.boxes, picture.labels)
        picture.boxes, picture.labels, picture.visible = picture.boxes[keep], picture.labels[keep], picture.visible[keep]
        picture.doubtful = doubtful_mask(picture)
    return pictures


def keep_distinct(boxes: np.ndarray, labels: np.ndarray, same_iou: float = 0.85) -> np.ndarray:
    """Indices without second boxes around the same object (BCCD holds a few double annotations)."""
    kept: list[int] = []
    for i in range(len(boxes)):
        if all(labels[i] != labels[j] or iou(boxes[i:i + 1], boxes[j:j + 1])[0, 0] < same_iou for j in kept):
            kept.append(i)
    return np.array(kept, np.int64)


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of every box of a [n,4] with every box of b [m,4]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.clip(high - low, 0, None).prod(-1)
    area = lambda q: (q[:, 2:] - q[:, :2]).prod(-1)  # noqa: E731
    return inter / np.maximum(area(a)[:, None] + area(b)[None] - inter, 1e-9)


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


def countable(pictures: list[Picture]) -> list[Picture]:
    """The same pictures without the slivers at the border: a tenth of an object must be in view to count."""
    kept = []
    for p in pictures:
        in_view = p.visible >= COUNTED_VISIBLE
        kept.append(replace(p, boxes=p.boxes[in_view], labels=p.labels[in_view], visible=p.visible[in_view]))
    return kept


def at_nominal_scale(picture: Picture, multiple: int = 16) -> tuple[np.ndarray, tuple[float, float]]:
    """The picture as float [3,h,w] 0..1 at 0.15 um/px, padded right/bottom to a multiple; and (x, y) scale applied."""
    scale = picture.um_per_px / NOMINAL_UM_PER_PX
    width, height = round(picture.image.width * scale), round(picture.image.height * scale)
    pixels = np.asarray(picture.image.resize((width, height), Image.Resampling.BILINEAR), np.float32) / 255
    pad = (-height % multiple, -width % multiple)
    pixels = np.pad(pixels, ((0, pad[0]), (0, pad[1]), (0, 0)), mode="edge")
    return pixels.transpose(2, 0, 1).copy(), (width / picture.image.width, height / picture.image.height)


assert set(CLASS_OF_CATEGORY.values()) == set(range(len(CLASSES)))
