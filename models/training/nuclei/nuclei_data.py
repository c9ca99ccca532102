"""Nuclei pictures with instance labels, the split by group, and the normalisation the model expects."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from masks import decode_segmentation, normalised_distance, to_labels

#: The scale the network works at: a nucleus of 10 um is 20 px, the median of the training pictures.
NOMINAL_UM_PER_PX = 0.5
SPLIT_SEED = 20262
VALIDATION_SHARE = 0.18
#: Percentiles of the picture (rows, columns and channels together) that become 0 and 1.
LOW_PERCENTILE, HIGH_PERCENTILE = 1.0, 99.8
SCALE_EPSILON = 1e-6


@dataclass
class Picture:
    """One annotated picture at its own scale: pixels [h,w,3] uint8, labels [h,w] int32 (0 background)."""

    file_name: str
    modality: str
    pixels: np.ndarray
    labels: np.ndarray
    #: Normalised distance [h,w] in 0..1; None where only the labels are needed.
    distance: np.ndarray | None = None
    group: str = ""
    #: Before it was brought to the nominal scale.
    um_per_px: float = NOMINAL_UM_PER_PX


def dsb_split(annotations: dict) -> dict[str, list[str]]:
    """Train and validation file names; a group is never divided.

    A group belongs to the modality most of its pictures have. For each modality, groups are ordered by a seeded hash;
    the first ones fill the validation part up to its share, but the last always trains (one modality has one group).
    """
    groups: dict[str, list[dict]] = {}
    for image in annotations["images"]:
        groups.setdefault(image["group"], []).append(image)
    of_modality: dict[str, list[str]] = {}
    for group in sorted(groups, key=lambda g: hashlib.sha256(f"{SPLIT_SEED}:{g}".encode()).hexdigest()):
        counted = Counter(image["modality"] for image in groups[group])
        of_modality.setdefault(max(sorted(counted), key=lambda m: counted[m]), []).append(group)
    split: dict[str, list[str]] = {"train": [], "validation": []}
    for members in of_modality.values():
        wanted = round(VALIDATION_SHARE * sum(len(groups[g]) for g in members))
        taken = 0
        for group in members:
            part = "validation" if taken < wanted and group != members[-1] else "train"
            taken += len(groups[group]) if part == "validation" else 0
            split[part] += [image["file_name"] for image in groups[group]]
    return {part: sorted(names) for part, names in split.items()}


def load_coco(folder: Path, file_names: set[str] | None = None, with_distance: bool = False,
              chosen: slice = slice(None)) -> list[Picture]:
    """Read a folder with annotations.json and images/; `chosen` of its records, those named in `file_names`.

    Pictures that state a pixel size are brought to the nominal one."""
    coco = json.loads((folder / "annotations.json").read_text())
    of_image: dict[int, list[dict]] = {}
    for a in coco["annotations"]:
        of_image.setdefault(a["image_id"], []).append(a)
    pictures = []
    for record in coco["images"][chosen]:
        if file_names is not None and record["file_name"] not in file_names:
            continue
        with Image.open(folder / "images" / record["file_name"]) as file:
            pixels = np.asarray(file.convert("RGB"))
        height, width = pixels.shape[:2]
        masks = [decode_segmentation(a["segmentation"], height, width) for a in of_image.get(record["id"], [])]
        labels = to_labels(masks, height, width)
        um_per_px = record.get("pixel_size_um", NOMINAL_UM_PER_PX)
        if um_per_px != NOMINAL_UM_PER_PX:
            size = (round(width * um_per_px / NOMINAL_UM_PER_PX), round(height * um_per_px / NOMINAL_UM_PER_PX))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            labels = cv2.resize(labels.astype(np.float32), size, interpolation=cv2.INTER_NEAREST_EXACT).astype(np.int32)
        distance = normalised_distance(labels) if with_distance else None
        modality = record.get("modality", "virtual")
        pictures.append(Picture(record["file_name"], modality, pixels, labels, distance, record["group"], um_per_px))
    return pictures


def load_dsb(data: Path, part: str, with_distance: bool = False) -> list[Picture]:
    """DSB 2018 pictures of "train" or "validation"."""
    folder = data / "nuclei-dsb2018"
    split = dsb_split(json.loads((folder / "annotations.json").read_text()))
    return load_coco(folder, set(split[part]), with_distance)


def normalise(pixels: np.ndarray) -> np.ndarray:
    """What rdf.yaml's scale_range does: float32, 1st percentile to 0 and 99.8th to 1 over the whole picture."""
    values = pixels.astype(np.float32)
    low, high = np.percentile(values, (LOW_PERCENTILE, HIGH_PERCENTILE))
    return ((values - low) / (high - low + SCALE_EPSILON)).astype(np.float32)
