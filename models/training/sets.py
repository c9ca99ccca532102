"""Which annotated set belongs to which model."""

from __future__ import annotations

import json
from pathlib import Path

from bccd import load_bccd
from data import Picture, load_coco, split_by_group
from task import Task, VIABILITY

VIABILITY_FOLDER = "viability-ldc"


def load_set(task: Task, data: Path, part: str) -> list[Picture]:
    """The pictures of "train" or "validation" below the folder of all sets."""
    return load_viability(data, part) if task is VIABILITY else load_bccd(data, part)


def load_viability(data: Path, part: str) -> list[Picture]:
    """Chamber pictures; all made grey, as most of them are."""
    folder = data / VIABILITY_FOLDER
    split = split_by_group(json.loads((folder / "annotations.json").read_text()))
    pictures = load_coco(folder, VIABILITY, VIABILITY.assumed_um_per_px, set(split[part]))
    for picture in pictures:
        picture.image = picture.image.convert("L").convert("RGB")
        picture.has_habit_at_border = True
    return pictures
