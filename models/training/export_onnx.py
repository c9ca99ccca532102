"""Package trained weights: ONNX file, test tensors and rdf.yaml (BioImage.IO model description 0.5).

  python export_onnx.py --weights runs/blood-cells/weights.pt --virtual DIR --version 1.0.0

Thresholds are chosen here, on training pictures only (thresholds.py).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from PIL import Image, ImageDraw, ImageFilter

from data import BCCD_UM_PER_PX, NOMINAL_UM_PER_PX, countable, load_bccd, load_coco
from evaluate import LOWEST_SCORE, detect_picture, run_onnx
from network import CLASSES, OUTPUT_STRIDE, STRIDE_MULTIPLE, CentreNet, Exported
from postprocess import NMS_IOU
from thresholds import choose_thresholds

OPSET = 17
#: Pictures of the virtual folder never trained on: the first half chooses thresholds, the second half is judged.
VIRTUAL_HELD_OUT = 60
OUTPUTS = ("heatmap", "size", "offset")


def test_picture(width: int = 320, height: int = 240) -> np.ndarray:
    """A drawn smear, uint8 [1,3,H,W]: red cells, a white cell and platelets in plain shapes. Nobody's data."""
    rng = np.random.default_rng(11)
    image = Image.new("RGB", (width, height), (214, 212, 205))
    draw = ImageDraw.Draw(image)
    for x in range(30, width, 62):
        for y in range(32, height, 60):
            cx, cy, r = x + rng.integers(-6, 7), y + rng.integers(-5, 6), rng.integers(22, 27)
            draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(190, 150, 152))
            draw.ellipse((cx - r // 3, cy - r // 3, cx + r // 3, cy + r // 3), fill=(210, 186, 184))
    draw.ellipse((118, 70, 204, 154), fill=(178, 160, 205))
    for x, y in ((136, 92), (160, 88), (172, 112)):
        draw.ellipse((x, y, x + 26, y + 30), fill=(92, 56, 150))
    for x, y in ((62, 8), (250, 122), (92, 178)):
        draw.ellipse((x, y, x + 15, y + 14), fill=(140, 96, 170))
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), np.float32) + rng.normal(0, 2, (height, width, 3))
    return pixels.round().clip(0, 255).astype(np.uint8).transpose(2, 0, 1)[None].copy()


def export(net: CentreNet, path: Path) -> None:
    """Write the graph with free batch, height and width; batch norms are folded into the convolutions."""
    names = dict(zip(("image", *OUTPUTS), ({0: "batch", 2: "height", 3: "width"},) + ({0: "batch"},) * 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Exported(net).eval(), (torch.rand(1, 3, 240, 320),), str(path), dynamo=False,
                          opset_version=OPSET, input_names=["image"], output_names=list(OUTPUTS), dynamic_axes=names)
    model = onnx.load(str(path))
    for output in model.graph.output:
        for axis, label in ((2, "rows"), (3, "columns")):
            output.type.tensor_type.shape.dim[axis].dim_param = label
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def space_axis(name: str, of_output: bool = False) -> dict:
    """Input axis of any multiple of 16, or an output axis tied to it."""
    if not of_output:
        return {"type": "space", "id": name, "unit": "micrometer", "scale": NOMINAL_UM_PER_PX,
                "size": {"min": 4 * STRIDE_MULTIPLE, "step": STRIDE_MULTIPLE}}
    return {"type": "space", "id": name, "unit": "micrometer", "scale": NOMINAL_UM_PER_PX * OUTPUT_STRIDE,
            "size": {"tensor_id": "image", "axis_id": name}}


def output_entry(folder: Path, name: str, channels: list[str], description: str) -> dict:
    path = folder / f"test_output_{name}.npy"
    return {
        "id": name, "description": description,
        "axes": [{"type": "batch"}, {"type": "channel", "channel_names": channels},
                 space_axis("y", of_output=True), space_axis("x", of_output=True)],
        "test_tensor": {"source": path.name, "sha256": sha256(path)},
        "data": {"type": "float32"},
    }


def describe(folder: Path, version: str, thresholds: tuple[float, ...]) -> dict:
    """The content of rdf.yaml."""
    return {
        "format_version": "0.5.4",
        "type": "model",
        "id": "blood-cells",
        "name": "Ocular blood cells",
        "version": version,
        "description": "Finds red cells, white cells and platelets in bright-field pictures of stained blood smears.",
        "authors": [{"name": "Ocular contributors"}],
        "cite": [
            {"text": "Shenggan. BCCD_Dataset (training pictures, MIT licence), 2017.",
             "url": "https://github.com/Shenggan/BCCD_Dataset"},
            {"text": "Zhou X, Wang D, Kraehenbuehl P. Objects as Points. arXiv:1904.07850, 2019.",
             "url": "https://arxiv.org/abs/1904.07850"},
        ],
        "license": "MIT",
        "documentation": "README.md",
        "tags": ["object-detection", "blood", "bright-field", "hematology", "onnx"],
        "timestamp": "2026-11-22T00:00:00+00:00",
        "inputs": [{
            "id": "image",
            "description": f"RGB bright-field picture at {NOMINAL_UM_PER_PX} um per pixel.",
            "axes": [{"type": "batch"}, {"type": "channel", "channel_names": ["red", "green", "blue"]},
                     space_axis("y"), space_axis("x")],
            "test_tensor": {"source": "test_input.npy", "sha256": sha256(folder / "test_input.npy")},
            "data": {"type": "uint8", "range": [0, 255]},
            "preprocessing": [{"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
                              {"id": "scale_linear", "kwargs": {"gain": 1 / 255, "offset": 0.0}}],
        }],
        "outputs": [
            output_entry(folder, "heatmap", list(CLASSES),
                         "Score that a cell (4 px) holds the centre of an object; zero off the 3 x 3 maxima."),
            output_entry(folder, "size", ["width", "height"], "Width and height of the object centred there, input px."),
            output_entry(folder, "offset", ["x", "y"], "Centre relative to the corner of the cell, in cells of 4 px."),
        ],
        "weights": {"onnx": {"source": "model.onnx", "sha256": sha256(folder / "model.onnx"), "opset_version": OPSET}},
        "config": {
            "bioimageio": {"reproducibility_tolerance": [
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.001, "output_ids": ["heatmap", "offset"],
                 "mismatched_elements_per_million": 500},
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.05, "output_ids": ["size"]},
            ]},
            "ocular": {
                "head": "centre-heat-map",
                "stride": OUTPUT_STRIDE,
                "classes": list(CLASSES),
                "scoreThresholds": dict(zip(CLASSES, thresholds)),
                "nmsIou": NMS_IOU,
                "nominalPixelSizeUm": NOMINAL_UM_PER_PX,
                "assumedPixelSizeUm": BCCD_UM_PER_PX,
                "sizeMultiple": STRIDE_MULTIPLE,
            },
        },
    }


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=here.parents[1].parent / "shared" / "data")
    parser.add_argument("--virtual", type=Path)
    parser.add_argument("--out", type=Path, default=here.parent / "blood-cells")
    parser.add_argument("--version", required=True)
    options = parser.parse_args()

    net = CentreNet()
    net.load_state_dict(torch.load(options.weights, weights_only=True))
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.out / "model.onnx"
    export(net.eval(), model)

    run = run_onnx(model)
    low = (LOWEST_SCORE,) * len(CLASSES)
    train = load_bccd(options.data, "train")
    real = (train, [detect_picture(run, p, low) for p in train])
    rendered = None
    if options.virtual:
        held = countable(load_coco(options.virtual, None)[-VIRTUAL_HELD_OUT:-VIRTUAL_HELD_OUT // 2])
        rendered = (held, [detect_picture(run, p, low) for p in held])
    thresholds = choose_thresholds(real, rendered)

    picture = test_picture()
    np.save(options.out / "test_input.npy", picture)
    for name, value in zip(OUTPUTS, run(picture[0].astype(np.float32) * np.float32(1 / 255))):
        np.save(options.out / f"test_output_{name}.npy", value[None])
    text = yaml.safe_dump(describe(options.out, options.version, thresholds), sort_keys=False, width=110)
    (options.out / "rdf.yaml").write_text(text)
    print(json.dumps({"thresholds": dict(zip(CLASSES, thresholds)), "bytes": model.stat().st_size}))


if __name__ == "__main__":
    main()
