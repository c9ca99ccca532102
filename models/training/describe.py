"""The content of rdf.yaml (BioImage.IO model description 0.5) for a package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from embedding import EMBEDDING_CHANNELS
from network import OUTPUT_STRIDE, STRIDE_MULTIPLE
from postprocess import CROSS_CLASS_IOU, NMS_IOU
from task import BLOOD_CELLS, VIABILITY, Task

OPSET = 17


@dataclass(frozen=True)
class Words:
    name: str
    description: str
    picture: str
    training_set: dict[str, str]
    tags: tuple[str, ...]


WORDS = {
    BLOOD_CELLS.id: Words(
        name="Ocular blood cells",
        description="Finds red cells, white cells and platelets in bright-field pictures of stained blood smears.",
        picture="RGB bright-field picture",
        training_set={"text": "Shenggan. BCCD_Dataset (training pictures, MIT licence), 2017.",
                      "url": "https://github.com/Shenggan/BCCD_Dataset"},
        tags=("object-detection", "blood", "bright-field", "hematology", "onnx"),
    ),
    VIABILITY.id: Words(
        name="Ocular viability",
        description="Finds living and dead cells in grey pictures of counting chambers, without a stain.",
        picture="Grey picture of a counting chamber, the same in all three channels,",
        training_set={"text": "Okerulu C. Cell-Dataset (training pictures, MIT licence), 2021.",
                      "url": "https://github.com/maxKudi/Cell-Dataset"},
        tags=("object-detection", "viability", "counting-chamber", "cell-counting", "onnx"),
    ),
}


def describe(task: Task, folder: Path, version: str, thresholds: tuple[float, ...]) -> dict:
    words = WORDS[task.id]
    neighbours = "5 x 5 maxima over all classes" if task.is_exclusive else "3 x 3 maxima"
    return {
        "format_version": "0.5.4",
        "type": "model",
        "id": task.id,
        "name": words.name,
        "version": version,
        "description": words.description,
        "authors": [{"name": "Ocular contributors"}],
        "cite": [
            words.training_set,
            {"text": "Zhou X, Wang D, Kraehenbuehl P. Objects as Points. arXiv:1904.07850, 2019.",
             "url": "https://arxiv.org/abs/1904.07850"},
        ],
        "license": "MIT",
        "documentation": "README.md",
        "tags": list(words.tags),
        "timestamp": "2026-11-22T00:00:00+00:00",
        "inputs": [{
            "id": "image",
            "description": f"{words.picture} at {task.nominal_um_per_px} um per pixel.",
            "axes": [{"type": "batch"}, {"type": "channel", "channel_names": ["red", "green", "blue"]},
                     space_axis(task, "y"), space_axis(task, "x")],
            "test_tensor": {"source": "test_input.npy", "sha256": sha256(folder / "test_input.npy")},
            "data": {"type": "uint8", "range": [0, 255]},
            "preprocessing": [{"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
                              {"id": "scale_linear", "kwargs": {"gain": 1 / 255, "offset": 0.0}}],
        }],
        "outputs": [
            output_entry(task, folder, "heatmap", list(task.classes),
                         f"Score that a cell (4 px) holds the centre of an object; zero off the {neighbours}."),
            output_entry(task, folder, "size", ["width", "height"],
                         "Width and height of the object centred there, input px."),
            output_entry(task, folder, "offset", ["x", "y"],
                         "Centre relative to the corner of the cell, in cells of 4 px."),
            output_entry(task, folder, "embedding", [f"component-{i + 1}" for i in range(EMBEDDING_CHANNELS)],
                         "Principal components of the map the heads read; pool them over an object."),
        ],
        "weights": {"onnx": {"source": "model.onnx", "sha256": sha256(folder / "model.onnx"), "opset_version": OPSET}},
        "config": {
            "bioimageio": {"reproducibility_tolerance": [
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.001,
                 "output_ids": ["heatmap", "offset", "embedding"], "mismatched_elements_per_million": 500},
                {"relative_tolerance": 0.001, "absolute_tolerance": 0.05, "output_ids": ["size"]},
            ]},
            "ocular": {
                "head": "centre-heat-map",
                "stride": OUTPUT_STRIDE,
                "classes": list(task.classes),
                "scoreThresholds": dict(zip(task.classes, thresholds)),
                "nmsIou": NMS_IOU,
                **({"crossClassIou": CROSS_CLASS_IOU} if task.is_exclusive else {}),
                "nominalPixelSizeUm": task.nominal_um_per_px,
                "assumedPixelSizeUm": task.assumed_um_per_px,
                **({} if task.scale_reference is None else {"scaleReference": scale_reference_entry(task)}),
                "sizeMultiple": STRIDE_MULTIPLE,
                "embedding": {"output": "embedding", "stride": OUTPUT_STRIDE},
            },
        },
    }


def scale_reference_entry(task: Task) -> dict:
    reference = task.scale_reference
    return {"classes": [task.classes[label] for label in reference.labels], "sizeUm": reference.size_um,
            "median": reference.median, "leastObjects": reference.least_objects, "untouched": list(reference.untouched)}


def space_axis(task: Task, name: str, of_output: bool = False) -> dict:
    """Input axis of any multiple of 16, or an output axis tied to it."""
    axis = {"type": "space", "id": name, "unit": "micrometer"}
    if not of_output:
        return {**axis, "scale": task.nominal_um_per_px, "size": {"min": 4 * STRIDE_MULTIPLE, "step": STRIDE_MULTIPLE}}
    return {**axis, "scale": round(task.nominal_um_per_px * OUTPUT_STRIDE, 6), "size": {"tensor_id": "image", "axis_id": name}}


def output_entry(task: Task, folder: Path, name: str, channels: list[str], description: str) -> dict:
    path = folder / f"test_output_{name}.npy"
    return {
        "id": name, "description": description,
        "axes": [{"type": "batch"}, {"type": "channel", "channel_names": channels},
                 space_axis(task, "y", of_output=True), space_axis(task, "x", of_output=True)],
        "test_tensor": {"source": path.name, "sha256": sha256(path)},
        "data": {"type": "float32"},
    }


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
