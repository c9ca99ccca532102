"""Package trained weights: ONNX file, test tensors and rdf.yaml (BioImage.IO model description 0.5).

  python export_nuclei.py --weights runs/nuclei/weights.pt --virtual DIR --version 1.0.0

The decoding settings are chosen here, on training pictures only (thresholds.py).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
import yaml

from evaluate_nuclei import run_onnx
from nuclei_data import HIGH_PERCENTILE, LOW_PERCENTILE, NOMINAL_UM_PER_PX, SCALE_EPSILON, load_coco, load_dsb, normalise
from postprocess import Settings
from thresholds import choose_settings
from unet import EMBEDDING_CHANNELS, EMBEDDING_STRIDE, SIZE_MULTIPLE, Exported, NucleiNet

OPSET = 17
OUTPUTS = ("maps", "embedding")
#: Every so manieth training picture has a say in the settings.
CHOOSE_EVERY = 12
#: Pictures of the virtual folder never trained on; the first of them take part in choosing, the rest are judged.
VIRTUAL_HELD_OUT, VIRTUAL_CHOOSING = 24, 6


def drawn_nuclei(width: int = 320, height: int = 256, seed: int = 11) -> tuple[np.ndarray, np.ndarray]:
    """Nobody's data: ellipses with soft edges, some touching, on an uneven dark ground. uint8 [h,w,3], labels [h,w]."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((height, width), np.int32)
    light = np.zeros((height, width), np.float32)
    number = 0
    for y in range(24, height, 44):
        for x in range(24, width, 46):
            for shift in ((0, 0), (17, 6))[:1 + int(rng.random() < 0.4)]:
                number += 1
                centre = (x + shift[0] + int(rng.integers(-5, 6)), y + shift[1] + int(rng.integers(-5, 6)))
                axes = (int(rng.integers(8, 12)), int(rng.integers(7, 10)))
                mask = np.zeros((height, width), np.uint8)
                cv2.ellipse(mask, centre, axes, int(rng.integers(0, 180)), 0, 360, 1, -1)
                own = (mask > 0) & (labels == 0)
                labels[own] = number
                light[own] = rng.uniform(0.4, 1.0)
    ground = np.linspace(8, 26, width, dtype=np.float32)[None]
    picture = cv2.GaussianBlur(light, (0, 0), 1.2) * 150 + ground + rng.normal(0, 2.5, (height, width))
    return np.repeat(picture.round().clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2), labels


def export(net: NucleiNet, path: Path) -> None:
    """Write the graph with free batch, height and width; batch norms are folded into the convolutions."""
    names = dict(zip(("image", *OUTPUTS), ({0: "batch", 2: "height", 3: "width"},) + ({0: "batch"},) * 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Exported(net).eval(), (torch.rand(1, 3, 240, 320),), str(path), dynamo=False,
                          opset_version=OPSET, input_names=["image"], output_names=list(OUTPUTS), dynamic_axes=names)
    model = onnx.load(str(path))
    for output, labels in zip(model.graph.output, (("height", "width"), ("rows", "columns"))):
        for axis, label in zip((2, 3), labels):
            output.type.tensor_type.shape.dim[axis].dim_param = label
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def space_axes(stride: int | None = None) -> list[dict]:
    """y and x of the input (stride None: any multiple of SIZE_MULTIPLE) or of an output tied to it."""
    return [{"type": "space", "id": name, "unit": "micrometer", "scale": NOMINAL_UM_PER_PX * (stride or 1),
             "size": {"min": 4 * SIZE_MULTIPLE, "step": SIZE_MULTIPLE} if stride is None
             else {"tensor_id": "image", "axis_id": name}} for name in ("y", "x")]


def output_entry(folder: Path, name: str, channels: list[str], stride: int, description: str) -> dict:
    path = folder / f"test_output_{name}.npy"
    return {"id": name, "description": description,
            "axes": [{"type": "batch"}, {"type": "channel", "channel_names": channels}, *space_axes(stride)],
            "test_tensor": {"source": path.name, "sha256": sha256(path)}, "data": {"type": "float32"}}


def describe(folder: Path, version: str, settings: Settings) -> dict:
    """The content of rdf.yaml."""
    percentiles = {"axes": ["channel", "y", "x"], "min_percentile": LOW_PERCENTILE, "max_percentile": HIGH_PERCENTILE,
                   "eps": SCALE_EPSILON}
    return {
        "format_version": "0.5.4",
        "type": "model",
        "id": "nuclei",
        "name": "Ocular nuclei",
        "version": version,
        "description": "Outlines nuclei one by one in fluorescence pictures and in pictures of stained tissue.",
        "authors": [{"name": "Ocular contributors"}],
        "cite": [
            {"text": "Caicedo JC et al. Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl. "
                     "Nature Methods 16, 2019 (training pictures, CC0).", "doi": "10.1038/s41592-019-0612-7"},
            {"text": "Ronneberger O, Fischer P, Brox T. U-Net. arXiv:1505.04597, 2015.",
             "url": "https://arxiv.org/abs/1505.04597"},
        ],
        "license": "MIT",
        "documentation": "README.md",
        "tags": ["instance-segmentation", "nuclei", "fluorescence", "histology", "onnx"],
        "timestamp": "2026-11-22T00:00:00+00:00",
        "inputs": [{
            "id": "image",
            "description": f"Picture at {NOMINAL_UM_PER_PX} um per pixel; grey ones with three equal channels.",
            "axes": [{"type": "batch"}, {"type": "channel", "channel_names": ["red", "green", "blue"]}, *space_axes()],
            "test_tensor": {"source": "test_input.npy", "sha256": sha256(folder / "test_input.npy")},
            "data": {"type": "uint8", "range": [0, 255]},
            "preprocessing": [{"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
                              {"id": "scale_range", "kwargs": percentiles}],
        }],
        "outputs": [
            output_entry(folder, "maps", ["foreground", "distance"], 1,
                         "Probability of a nucleus; distance to the outline of the pixel's nucleus over the largest in it."),
            output_entry(folder, "embedding", [f"feature{i}" for i in range(EMBEDDING_CHANNELS)], EMBEDDING_STRIDE,
                         "Decoder features: what the network knows of a place, for finding nuclei that look alike."),
        ],
        "weights": {"onnx": {"source": "model.onnx", "sha256": sha256(folder / "model.onnx"), "opset_version": OPSET}},
        "config": {
            "bioimageio": {"reproducibility_tolerance": [
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.001, "output_ids": ["maps"]},
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.01, "output_ids": ["embedding"]},
            ]},
            "ocular": {
                "head": "distance-map",
                "classes": [{"id": "nucleus", "name": "Nucleus", "plural": "Nuclei"}],
                "outputs": {"maps": "maps"},
                "foregroundThreshold": settings.foreground_threshold,
                "seedThreshold": settings.seed_threshold,
                "minimumAreaPx": settings.minimum_area_px,
                "nominalPixelSizeUm": NOMINAL_UM_PER_PX,
                "assumedPixelSizeUm": NOMINAL_UM_PER_PX,
                "embedding": {"output": "embedding", "stride": EMBEDDING_STRIDE},
            },
        },
    }


def write_test_tensors(folder: Path) -> None:
    """A drawn picture as it is before pre-processing, and what the packaged file answers to it."""
    pixels, _ = drawn_nuclei()
    np.save(folder / "test_input.npy", pixels.transpose(2, 0, 1)[None].copy())
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    image = np.ascontiguousarray(normalise(pixels).transpose(2, 0, 1))[None]
    for name, value in zip(OUTPUTS, session.run(list(OUTPUTS), {"image": image})):
        np.save(folder / f"test_output_{name}.npy", value)


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=here.parents[2].parent / "shared" / "data")
    parser.add_argument("--virtual", type=Path)
    parser.add_argument("--out", type=Path, default=here.parents[1] / "nuclei")
    parser.add_argument("--version", required=True)
    options = parser.parse_args()

    net = NucleiNet()
    net.load_state_dict(torch.load(options.weights, weights_only=True, map_location="cpu"))
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.out / "model.onnx"
    export(net.eval(), model)
    pictures = load_dsb(options.data, "train")[::CHOOSE_EVERY]
    if options.virtual:
        pictures += load_coco(options.virtual, chosen=slice(-VIRTUAL_HELD_OUT, VIRTUAL_CHOOSING - VIRTUAL_HELD_OUT))
    settings, scores = choose_settings(run_onnx(model), pictures)
    write_test_tensors(options.out)
    text = yaml.safe_dump(describe(options.out, options.version, settings), sort_keys=False, width=110)
    (options.out / "rdf.yaml").write_text(text)
    for tried, score in sorted(scores.items(), key=lambda item: -item[1])[:12]:
        print(f"  {score:.4f} {tried}")
    print(json.dumps({"settings": vars(settings), "f1_70_on_choosing_pictures": scores[settings],
                      "bytes": model.stat().st_size}))


if __name__ == "__main__":
    main()
