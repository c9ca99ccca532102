"""Draw where a packaged model goes wrong, on virtual pictures only (no data set is shown).

  python failures.py --task viability --virtual DIR --out ../viability/failures.png

Each column is one change of the pictures, the view with the most errors under it. Green: right; red: reported, but not
there or of another class; yellow: missed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from data import Picture, countable, iou, load_coco
from evaluate import MATCH_IOU, Detections, detect_picture, match, packaged_thresholds, run_onnx
from robustness import Change, defocused, magnified, noisy
from task import TASKS, Task

PANEL = (320, 256)
#: A panel shows this many um across: about a hundred cells would hide each other.
PANEL_UM = {"blood-cells": 60.0, "viability": 130.0}
ROWS = 2


def cases(task: Task) -> dict[str, Change]:
    blur_um = 3.0 if task.is_grey else 0.6
    return {
        "as they are": lambda p: p,
        f"defocus, sigma {blur_um} um": defocused(blur_um),
        "noise, sd 10 %": noisy(0.10),
        "half the magnification, not told": magnified(0.5, is_told=False),
    }


def errors(picture: Picture, found: Detections, classes: int) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Boxes that are right, wrong, and missed."""
    right, wrong, missed = [], [], []
    boxes, scores, labels = found
    for label in range(classes):
        mine, truth = boxes[labels == label], picture.boxes[picture.labels == label]
        hit = match(mine, scores[labels == label], truth)
        right += list(mine[hit])
        wrong += list(mine[~hit])
        taken = iou(truth, mine[hit]).max(axis=1) >= MATCH_IOU if hit.any() else np.zeros(len(truth), bool)
        missed += list(truth[~taken])
    return right, wrong, missed


def panel(picture: Picture, judged: tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]], across_um: float) -> Image.Image:
    """The part around the errors, enlarged."""
    right, wrong, missed = judged
    width = min(across_um / picture.um_per_px, picture.image.width, picture.image.height * PANEL[0] / PANEL[1])
    height = width * PANEL[1] / PANEL[0]
    centre = np.mean([(b[:2] + b[2:]) / 2 for b in (wrong + missed or right)[:1]], axis=0)
    left = float(np.clip(centre[0] - width / 2, 0, max(picture.image.width - width, 0)))
    top = float(np.clip(centre[1] - height / 2, 0, max(picture.image.height - height, 0)))
    crop = picture.image.resize(PANEL, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
    draw = ImageDraw.Draw(crop)
    zoom = PANEL[0] / width
    for boxes, colour in ((right, (30, 190, 60)), (missed, (250, 210, 0)), (wrong, (230, 30, 30))):
        for box in boxes:
            draw.rectangle([(v - o) * zoom for v, o in zip(box, (left, top, left, top))], outline=colour, width=2)
    return crop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=list(TASKS), required=True)
    parser.add_argument("--virtual", type=Path, required=True)
    parser.add_argument("--last", type=int, default=12, help="the last pictures of --virtual are looked at")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    task = TASKS[options.task]
    model = Path(__file__).resolve().parents[1] / task.id / "model.onnx"
    run, thresholds = run_onnx(model), packaged_thresholds(task, model)
    pictures = countable(load_coco(options.virtual, task, None)[-options.last:])
    columns = cases(task)
    sheet = Image.new("RGB", (len(columns) * PANEL[0], ROWS * PANEL[1] + 18), (255, 255, 255))
    for column, (name, change) in enumerate(columns.items()):
        changed = [change(p) for p in pictures]
        judged = [errors(p, detect_picture(run, task, p, thresholds), len(task.classes)) for p in changed]
        worst = sorted(range(len(changed)), key=lambda i: -len(judged[i][1]) - len(judged[i][2]))[:ROWS]
        for row, i in enumerate(worst):
            sheet.paste(panel(changed[i], judged[i], PANEL_UM[task.id]), (column * PANEL[0], 18 + row * PANEL[1]))
        ImageDraw.Draw(sheet).text((column * PANEL[0] + 6, 3), name, fill=(0, 0, 0))
    sheet.quantize(160).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
