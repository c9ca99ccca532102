"""F1, recall, precision and mAP at IoU 0.5 on validation pictures, and counts against the truth on virtual ones.

  python evaluate.py --task viability              # the packaged model on the validation split
  python evaluate.py --virtual DIR                 # and counts on the last pictures of the folder
  python evaluate.py --robustness                  # and as other laboratories would have taken the pictures
  python evaluate.py --robustness --part train     # the same on the pictures that trained, by which constants are chosen
  python evaluate.py --coco DIR/detections.coco.json   # what `ocular analyze` wrote, on the validation split
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Callable

import numpy as np
import onnxruntime
import torch
import yaml

from data import Picture, at_nominal_scale, countable, iou, load_coco
from network import CentreNet, Exported
from postprocess import STARTING_THRESHOLD, detect
from robustness import AS_THEY_ARE, ESTIMATED, NOT_TOLD, changes
from scale_estimate import estimate_um_per_px
from sets import load_set
from task import BLOOD_CELLS, TASKS, VIABILITY, Task

MATCH_IOU = 0.5
#: Low enough that average precision sees the whole curve.
LOWEST_SCORE = 0.02

Detections = tuple[np.ndarray, np.ndarray, np.ndarray]


def run_torch(net: CentreNet, task: Task) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    """A runner [3,H,W] -> outputs without the batch axis."""
    model = Exported(net, task.is_exclusive).eval()

    def run(image: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.no_grad():
            return tuple(o[0].numpy() for o in model(torch.from_numpy(image)[None]))
    return run


def run_onnx(path: Path, outputs: tuple[str, ...] = ("heatmap", "size", "offset")
             ) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    """The same from the packaged file, on two threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda image: tuple(o[0] for o in session.run(list(outputs), {"image": image[None]}))


def detect_picture(run: Callable, task: Task, picture: Picture, thresholds: tuple[float, ...] | None = None
                   ) -> Detections:
    """Detections in the picture's own pixels; without thresholds all that average precision needs."""
    image, (sx, sy) = at_nominal_scale(picture, task.nominal_um_per_px)
    thresholds = thresholds or (LOWEST_SCORE,) * len(task.classes)
    inside = (picture.image.width * sx, picture.image.height * sy)
    boxes, scores, labels = detect(*run(image), inside, thresholds, is_exclusive=task.is_exclusive)
    return boxes / np.array([sx, sy, sx, sy]), scores, labels


def detect_unscaled(run: Callable, task: Task, picture: Picture, thresholds: tuple[float, ...]) -> Detections:
    """The same where the pixel size is known to nobody: it is estimated as the application does, at `thresholds`."""
    reference = task.scale_reference
    if reference is None:
        return detect_picture(run, task, picture)

    def look(um_per_px: float) -> tuple[np.ndarray, np.ndarray]:
        boxes, _, labels = detect_picture(run, task, replace(picture, um_per_px=um_per_px), thresholds)
        return boxes, labels

    size = (picture.image.width, picture.image.height)
    found = estimate_um_per_px(look, size, task.assumed_um_per_px, task.nominal_um_per_px, reference)
    return detect_picture(run, task, picture if found is None else replace(picture, um_per_px=found))


def match(boxes: np.ndarray, scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """For detections best score first: True where it takes a truth box not yet taken, of highest IoU >= 0.5."""
    order = np.argsort(-scores, kind="stable")
    hit = np.zeros(len(boxes), bool)
    if not len(truth):
        return hit
    overlap = iou(boxes, truth)
    free = np.ones(len(truth), bool)
    for i in order:
        best = int(np.argmax(np.where(free, overlap[i], -1)))
        if free[best] and overlap[i, best] >= MATCH_IOU:
            hit[i], free[best] = True, False
    return hit


def average_precision(scores: np.ndarray, hits: np.ndarray, truths: int) -> float:
    """Area under the precision envelope (all points), as PASCAL VOC 2010 and later."""
    if truths == 0 or not len(scores):
        return 0.0
    hits = hits[np.argsort(-scores, kind="stable")]
    recall = np.concatenate([[0], hits.cumsum() / truths])
    precision = np.concatenate([[1], hits.cumsum() / np.arange(1, len(hits) + 1)])
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(((recall[1:] - recall[:-1]) * envelope[1:]).sum())


def evaluate_detections(task: Task, pictures: list[Picture], found: list[Detections], thresholds: tuple[float, ...]) -> dict:
    """Per class: precision, recall, F1 at the threshold, AP over all scores given; and their mean AP."""
    classes = {}
    for label, name in enumerate(task.classes):
        scores, hits, truths = [], [], 0
        for picture, (boxes, score, labels) in zip(pictures, found):
            mine = labels == label
            truth = picture.boxes[picture.labels == label]
            scores.append(score[mine])
            hits.append(match(boxes[mine], score[mine], truth))
            truths += len(truth)
        score, hit = np.concatenate(scores), np.concatenate(hits)
        shown = score >= thresholds[label]
        true_positive = int(hit[shown].sum())
        precision, recall = true_positive / max(int(shown.sum()), 1), true_positive / max(truths, 1)
        classes[name] = {
            "truth": truths, "found": int(shown.sum()), "true_positive": true_positive,
            "precision": precision, "recall": recall,
            "f1": 2 * true_positive / max(truths + int(shown.sum()), 1),
            "ap50": average_precision(score, hit, truths), "threshold": thresholds[label],
        }
    return {"classes": classes, "mAP50": float(np.mean([c["ap50"] for c in classes.values()])),
            "pictures": len(pictures)}


def evaluate_pictures(net: CentreNet, task: Task, pictures: list[Picture]) -> dict:
    """The report while training, all thresholds at their start."""
    run = run_torch(net, task)
    found = [detect_picture(run, task, p) for p in pictures]
    return evaluate_detections(task, pictures, found, (STARTING_THRESHOLD,) * len(task.classes))


def summary_line(report: dict) -> str:
    parts = [f"{n} P {c['precision']:.3f} R {c['recall']:.3f} F1 {c['f1']:.3f} AP {c['ap50']:.3f}"
             for n, c in report["classes"].items()]
    return f"mAP50 {report['mAP50']:.3f} | " + " | ".join(parts)


def intervals(task: Task, pictures: list[Picture], found: list[Detections], thresholds: tuple[float, ...], rounds: int = 300
              ) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals over pictures of "mAP50", the error of the pooled viability, and of "<class> f1",
    "recall", "precision", "ap50"."""
    rng = np.random.default_rng(0)
    samples: dict[str, list[float]] = {}
    for _ in range(rounds):
        pick = rng.integers(len(pictures), size=len(pictures))
        report = evaluate_detections(task, [pictures[i] for i in pick], [found[i] for i in pick], thresholds)
        samples.setdefault("mAP50", []).append(report["mAP50"])
        if task is VIABILITY:
            share = pooled_viability(report)
            samples.setdefault("viability error", []).append(share["found"] - share["truth"])
        for name, c in report["classes"].items():
            for key in ("f1", "recall", "precision", "ap50"):
                samples.setdefault(f"{name} {key}", []).append(c[key])
    return {k: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975))) for k, v in samples.items()}


def count_errors(task: Task, pictures: list[Picture], found: list[Detections], thresholds: tuple[float, ...]
                 ) -> dict[str, dict[str, float]]:
    """Total found and true per class, and the relative error, over pictures with complete labels."""
    out = {}
    for label, name in enumerate(task.classes):
        truth = sum(int((p.labels == label).sum()) for p in pictures)
        seen = sum(int(((d[2] == label) & (d[1] >= thresholds[label])).sum()) for d in found)
        out[name] = {"truth": truth, "found": seen, "error": (seen - truth) / max(truth, 1)}
    return out


def read_coco_detections(task: Task, path: Path, pictures: list[Picture]) -> list[Detections]:
    """What `ocular analyze` wrote, in the order of `pictures`."""
    coco = json.loads(path.read_text())
    category = {c["id"]: task.categories[c["name"]] for c in coco["categories"]}
    name = {i["id"]: i["file_name"] for i in coco["images"]}
    rows: dict[str, list[dict]] = {}
    for a in coco["annotations"]:
        rows.setdefault(name[a["image_id"]], []).append(a)
    found = []
    for picture in pictures:
        mine = rows.get(picture.file_name, [])
        xywh = np.array([a["bbox"] for a in mine], float).reshape(-1, 4)
        found.append((np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1),
                      np.array([a["score"] for a in mine], float),
                      np.array([category[a["category_id"]] for a in mine], np.int64)))
    return found


def packaged_thresholds(task: Task, model: Path) -> tuple[float, ...]:
    """Thresholds of the rdf.yaml beside the model."""
    described = yaml.safe_load((model.parent / "rdf.yaml").read_text())["config"]["ocular"]["scoreThresholds"]
    return tuple(described[name] for name in task.classes)


def pooled_viability(report: dict) -> dict[str, float]:
    """Living / all over all pictures together, found and labelled."""
    living, dead = (report["classes"][name] for name in VIABILITY.classes)
    return {key: living[key] / max(living[key] + dead[key], 1) for key in ("found", "truth")}


def robustness(run: Callable, task: Task, pictures: list[Picture], thresholds: tuple[float, ...]) -> dict[str, dict]:
    """A report for every change of the pictures, "as they are" first."""
    reports = {}
    for name, change in {AS_THEY_ARE: lambda p: p, **changes(task)}.items():
        changed = [change(p) for p in pictures]
        reports[name] = evaluate_detections(task, changed, [detect_picture(run, task, p) for p in changed], thresholds)
        if task.scale_reference is not None and (name == AS_THEY_ARE or name.endswith(NOT_TOLD)):
            found = [detect_unscaled(run, task, p, thresholds) for p in changed]
            reports[name.removesuffix(NOT_TOLD) + ESTIMATED] = evaluate_detections(task, changed, found, thresholds)
    return reports


def robustness_table(task: Task, reports: dict[str, dict]) -> str:
    """Markdown: a row for each change."""
    rows = [f"| change | mAP50 | {' | '.join(f'{n} F1 | {n} recall' for n in task.classes)} |",
            "|---" * (2 + 2 * len(task.classes)) + "|"]
    for name, report in reports.items():
        cells = " | ".join(f"{c['f1']:.3f} | {c['recall']:.3f}" for c in report["classes"].values())
        rows.append(f"| {name} | {report['mAP50']:.3f} | {cells} |")
    return "\n".join(rows)


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=list(TASKS), default=BLOOD_CELLS.id)
    parser.add_argument("--data", type=Path, default=here.parents[1].parent / "shared" / "data")
    parser.add_argument("--model", type=Path, help="model.onnx; the packaged one of the task without it")
    parser.add_argument("--coco", type=Path, help="judge this detections.coco.json instead of running the model")
    parser.add_argument("--virtual", type=Path, help="also count on the last pictures of this folder")
    parser.add_argument("--virtual-last", type=int, default=30)
    parser.add_argument("--robustness", action="store_true", help="also as other stains, scales, optics and cameras")
    parser.add_argument("--part", choices=("validation", "train"), default="validation")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    task = TASKS[options.task]
    model = options.model or here.parent / task.id / "model.onnx"
    thresholds = packaged_thresholds(task, model)
    validation = load_set(task, options.data, options.part)
    run = run_onnx(model)
    found = (read_coco_detections(task, options.coco, validation) if options.coco
             else [detect_picture(run, task, p) for p in validation])
    report = evaluate_detections(task, validation, found, thresholds)
    report["part"] = options.part
    report["intervals95"] = intervals(task, validation, found, thresholds)
    if task is VIABILITY:
        report["viability"] = pooled_viability(report)
    if options.virtual and not options.coco:
        rendered = countable(load_coco(options.virtual, task, None)[-options.virtual_last:])
        found = [detect_picture(run, task, p) for p in rendered]
        report["virtual"] = evaluate_detections(task, rendered, found, thresholds)
        report["virtual"]["counts"] = count_errors(task, rendered, found, thresholds)
    if options.robustness:
        report["robustness"] = robustness(run, task, validation, thresholds)
    print(json.dumps(report, indent=2) if options.json else in_words(task, report))


def in_words(task: Task, report: dict) -> str:
    lines = [f"{report['pictures']} {report['part']} pictures: {summary_line(report)}"]
    lines += [f"  {key}: {low:.3f} .. {high:.3f}" for key, (low, high) in report["intervals95"].items()]
    if "viability" in report:
        lines.append(f"pooled viability: found {report['viability']['found']:.3f}, labelled {report['viability']['truth']:.3f}")
    if "virtual" in report:
        lines.append(f"{report['virtual']['pictures']} virtual pictures: {summary_line(report['virtual'])}")
        lines += [f"  {name}: found {c['found']}, truth {c['truth']} ({100 * c['error']:+.1f} %)"
                  for name, c in report["virtual"]["counts"].items()]
    if "robustness" in report:
        lines.append(robustness_table(task, report["robustness"]))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
