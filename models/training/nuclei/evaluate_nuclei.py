"""F1 at IoU 0.5 and 0.7 on the validation split, per modality, with bootstrap intervals; robustness; virtual counts.

  python evaluate_nuclei.py                               # the packaged model
  python evaluate_nuclei.py --robustness --virtual DIR    # and under disturbances, and on held-out virtual pictures
  python evaluate_nuclei.py --leave-out g215              # without the tissue section of which nothing was trained on
  python evaluate_nuclei.py --coco DIR/detections.coco.json   # what `ocular analyze` wrote, same pictures
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Callable

import cv2
import numpy as np
import onnxruntime
import torch
import yaml

from masks import decode_segmentation, to_labels
from nuclei_data import Picture, load_coco, load_dsb, normalise
from postprocess import Settings, decode
from unet import SIZE_MULTIPLE, Exported, NucleiNet

IOUS = (0.5, 0.7)
#: Every so manieth validation picture is disturbed.
ROBUSTNESS_EVERY = 3
#: [3,H,W] normalised -> maps [2,H,W]. The application cuts pictures beyond 1536 px; here they go through whole.
Runner = Callable[[np.ndarray], np.ndarray]


def run_torch(net: NucleiNet) -> Runner:
    """A runner [3,H,W] -> maps [2,H,W]."""
    device = next(net.parameters()).device
    model = Exported(net).eval()

    def run(image: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            batch = torch.from_numpy(image)[None].to(device).contiguous(memory_format=torch.channels_last)
            return model(batch)[0][0].cpu().contiguous().numpy()
    return run


def run_onnx(path: Path, threads: int = 2) -> Runner:
    """The same from the packaged file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda image: session.run(["maps"], {"image": image[None]})[0][0]


def predict(run: Runner, pixels: np.ndarray) -> np.ndarray:
    """Maps [2,h,w] of a picture [h,w,3]: padded right and bottom by repeating the edge, normalised, cut back."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((0, -height % SIZE_MULTIPLE), (0, -width % SIZE_MULTIPLE), (0, 0)), mode="edge")
    return run(np.ascontiguousarray(normalise(padded).transpose(2, 0, 1)))[:, :height, :width]


Matched = tuple[np.ndarray, int, int]


def overlaps(found: np.ndarray, truth: np.ndarray) -> Matched:
    """IoUs of the pairs of greedy one-to-one matching (best first), number of found and of true objects."""
    found_ids, truth_ids = np.unique(found[found > 0]), np.unique(truth[truth > 0])
    if not len(found_ids) or not len(truth_ids):
        return np.zeros(0), len(found_ids), len(truth_ids)
    rows = np.searchsorted(found_ids, found)
    columns = np.searchsorted(truth_ids, truth)
    both = (found > 0) & (truth > 0)
    shared = np.zeros((len(found_ids), len(truth_ids)))
    np.add.at(shared, (rows[both], columns[both]), 1)
    area_found = np.bincount(rows[found > 0], minlength=len(found_ids))
    area_truth = np.bincount(columns[truth > 0], minlength=len(truth_ids))
    iou = shared / (area_found[:, None] + area_truth[None] - shared)
    pairs = []
    for flat in np.argsort(-iou, axis=None, kind="stable"):
        row, column = divmod(int(flat), iou.shape[1])
        value = iou[row, column]
        if value < min(IOUS):
            break
        pairs.append((row, column, value))
    used_rows, used_columns, kept = set(), set(), []
    for row, column, value in pairs:
        if row not in used_rows and column not in used_columns:
            used_rows.add(row)
            used_columns.add(column)
            kept.append(value)
    return np.array(kept), len(found_ids), len(truth_ids)


def summarise(matched: list[Matched]) -> dict[str, float]:
    """F1, precision and recall at each IoU over all objects of the pictures."""
    found, truth = sum(m[1] for m in matched), sum(m[2] for m in matched)
    out: dict[str, float] = {"pictures": len(matched), "truth": truth, "found": found}
    for least in IOUS:
        hits = sum(int((m[0] >= least).sum()) for m in matched)
        name = f"{round(100 * least)}"
        out[f"f1_{name}"] = 2 * hits / max(found + truth, 1)
        out[f"precision_{name}"], out[f"recall_{name}"] = hits / max(found, 1), hits / max(truth, 1)
    return out


def intervals(matched: list[Matched], rounds: int = 500) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals over pictures."""
    rng = np.random.default_rng(0)
    samples: dict[str, list[float]] = {}
    for _ in range(rounds):
        report = summarise([matched[i] for i in rng.integers(len(matched), size=len(matched))])
        for key in ("f1_50", "f1_70", "recall_50", "precision_50"):
            samples.setdefault(key, []).append(report[key])
    return {k: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975))) for k, v in samples.items()}


def report_on(pictures: list[Picture], matched: list[Matched], with_intervals: bool = False) -> dict:
    """All pictures together and each modality, plus "stained" (all that is not fluorescence)."""
    kinds = {"all": lambda m: True, "fluorescence": lambda m: m == "fluorescence", "stained": lambda m: m != "fluorescence"}
    for modality in sorted({p.modality for p in pictures} - {"fluorescence"}):
        kinds[modality] = lambda m, wanted=modality: m == wanted
    out = {}
    for name, belongs in kinds.items():
        mine = [m for p, m in zip(pictures, matched) if belongs(p.modality)]
        out[name] = summarise(mine)
        if with_intervals and mine:
            out[name]["intervals95"] = intervals(mine)
    return out


def evaluate_pictures(run: Runner, pictures: list[Picture], settings: Settings = Settings()) -> dict:
    return report_on(pictures, [overlaps(decode(predict(run, p.pixels), settings)[0], p.labels) for p in pictures])


def summary_line(report: dict) -> str:
    return " | ".join(f"{k} F1@.5 {r['f1_50']:.3f} F1@.7 {r['f1_70']:.3f}" for k, r in report.items())


def disturbances() -> dict[str, Callable[[Picture], Picture]]:
    """Pictures seen by a worse microscope; labels are scaled along."""
    rng = np.random.default_rng(3)

    def look(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Picture], Picture]:
        return lambda p: Picture(p.file_name, p.modality, np.clip(change(p.pixels.astype(np.float32)), 0, 255)
                                 .round().astype(np.uint8), p.labels)

    def resize(p: Picture, factor: float) -> Picture:
        size = (round(p.labels.shape[1] * factor), round(p.labels.shape[0] * factor))
        labels = cv2.resize(p.labels.astype(np.float32), size, interpolation=cv2.INTER_NEAREST_EXACT).astype(np.int32)
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        return Picture(p.file_name, p.modality, cv2.resize(p.pixels, size, interpolation=how), labels)

    def slope(x: np.ndarray) -> np.ndarray:
        return x * np.linspace(0.5, 1.0, x.shape[1], dtype=np.float32)[None, :, None]

    return {
        "none": lambda p: p,
        "blur, sigma 1 px": look(lambda x: cv2.GaussianBlur(x, (0, 0), 1.0)),
        "blur, sigma 2 px": look(lambda x: cv2.GaussianBlur(x, (0, 0), 2.0)),
        "noise, 5 % of the range": look(lambda x: x + rng.normal(0, 0.05 * np.ptp(x), x.shape[:2] + (1,))),
        "noise, 10 % of the range": look(lambda x: x + rng.normal(0, 0.10 * np.ptp(x), x.shape[:2] + (1,))),
        "half size": lambda p: resize(p, 0.5),
        "double size": lambda p: resize(p, 2.0),
        "gamma 0.6": look(lambda x: 255 * (x / 255) ** 0.6),
        "gamma 1.6": look(lambda x: 255 * (x / 255) ** 1.6),
        "light falls off by half": look(slope),
        "inverted": look(lambda x: 255 - x),
    }


def read_coco(path: Path, pictures: list[Picture]) -> list[np.ndarray]:
    """Labels of what `ocular analyze` wrote, in the order of `pictures`."""
    coco = json.loads(path.read_text())
    name = {i["id"]: Path(i["file_name"]).name for i in coco["images"]}
    rows: dict[str, list] = {}
    for a in coco["annotations"]:
        rows.setdefault(name[a["image_id"]], []).append(a["segmentation"])
    return [to_labels([decode_segmentation(s, *p.labels.shape) for s in rows.get(p.file_name, [])], *p.labels.shape)
            for p in pictures]


def packaged_settings(model: Path) -> Settings:
    """Thresholds of the rdf.yaml beside the model."""
    c = yaml.safe_load((model.parent / "rdf.yaml").read_text())["config"]["ocular"]
    return Settings(c["foregroundThreshold"], c["seedThreshold"], c["minimumAreaPx"])


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=here.parents[2].parent / "shared" / "data")
    parser.add_argument("--model", type=Path, default=here.parents[1] / "nuclei" / "model.onnx")
    parser.add_argument("--coco", type=Path, help="judge this detections.coco.json instead of running the model")
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="GROUP", help="groups of pictures not to judge")
    parser.add_argument("--robustness", action="store_true")
    parser.add_argument("--virtual", type=Path, help="also count on the last pictures of this folder")
    parser.add_argument("--virtual-last", type=int, default=18)
    options = parser.parse_args()

    validation = [p for p in load_dsb(options.data, "validation") if p.group not in options.leave_out]
    if options.coco:
        labels = read_coco(options.coco, validation)
        report = report_on(validation, [overlaps(a, p.labels) for a, p in zip(labels, validation)], True)
        print(json.dumps({"validation": report}, indent=1))
        return
    settings, run = packaged_settings(options.model), run_onnx(options.model)

    def matched(pictures: list[Picture]) -> list[Matched]:
        print(f"{len(pictures)} pictures", file=sys.stderr)
        return [overlaps(decode(predict(run, p.pixels), settings)[0], p.labels) for p in pictures]

    out = {"validation": report_on(validation, matched(validation), True)}
    if options.robustness:
        out["robustness"] = {}
        for name, change in disturbances().items():
            changed = [change(p) for p in validation[::ROBUSTNESS_EVERY]]
            report = report_on(changed, matched(changed))
            out["robustness"][name] = {kind: {k: report[kind][k] for k in ("f1_50", "f1_70")}
                                       for kind in ("all", "fluorescence", "stained")}
    if options.virtual:
        rendered = load_coco(options.virtual, chosen=slice(-options.virtual_last, None))
        both = matched(rendered)
        out["virtual"] = {f"{scale} um per pixel": summarise([m for p, m in zip(rendered, both) if p.um_per_px == scale])
                          for scale in sorted({p.um_per_px for p in rendered})}
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
