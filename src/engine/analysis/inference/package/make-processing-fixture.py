"""Make processing.fixture.json: BioImage.IO processing steps as bioimageio.core itself computes them.

  python make-processing-fixture.py      (needs bioimageio.core 0.11)

Four cases are NumPy's, because bioimageio.core 0.11 leaves out what the format says: binarize along an axis (it compares
with the whole list), an eps of zero_mean_unit_variance and of scale_range (it takes 1e-6), and axes of statistics that hold
the batch (it waits for a whole data set; for a batch of one picture that is the picture).
"""

import json
from pathlib import Path

import numpy as np
from bioimageio.core import Sample, Tensor
from bioimageio.core.proc_ops import get_proc
from bioimageio.core.stat_calculators import compute_measures
from bioimageio.spec.model import v0_5

AXES = ("batch", "channel", "y", "x")
SHAPE = (1, 3, 5, 4)

STEPS = [
    {"id": "scale_linear", "kwargs": {"gain": 0.5, "offset": -3}},
    {"id": "scale_linear", "kwargs": {"axis": "channel", "gain": [1, 2, 3], "offset": [0, 1, -1]}},
    {"id": "fixed_zero_mean_unit_variance", "kwargs": {"mean": 10, "std": 4}},
    {"id": "fixed_zero_mean_unit_variance", "kwargs": {"axis": "channel", "mean": [1, 2, 3], "std": [4, 5, 6]}},
    {"id": "fixed_zero_mean_unit_variance", "kwargs": {"mean": 10, "std": 0.001}},
    {"id": "zero_mean_unit_variance"},
    {"id": "zero_mean_unit_variance", "kwargs": {"axes": ["y", "x"]}},
    {"id": "zero_mean_unit_variance", "kwargs": {"axes": ["channel", "y", "x"]}},
    {"id": "scale_range"},
    {"id": "scale_range", "kwargs": {"axes": ["y", "x"], "min_percentile": 5, "max_percentile": 99.8}},
    {"id": "scale_range", "kwargs": {"axes": ["channel", "y", "x"], "min_percentile": 1, "max_percentile": 99}},
    {"id": "scale_range", "kwargs": {"axes": ["channel", "y", "x"], "min_percentile": 2, "max_percentile": 98, "reference_tensor": "raw"}},
    {"id": "scale_mean_variance", "kwargs": {"reference_tensor": "raw"}},
    {"id": "scale_mean_variance", "kwargs": {"reference_tensor": "raw", "axes": ["y", "x"], "eps": 0.01}},
    {"id": "clip", "kwargs": {"min": 20, "max": 60}},
    {"id": "clip", "kwargs": {"min": 20}},
    {"id": "clip", "kwargs": {"min_percentile": 10, "max": 60, "axes": ["channel", "y", "x"]}},
    {"id": "clip", "kwargs": {"max_percentile": 90, "axes": ["y", "x"]}},
    {"id": "clip", "kwargs": {"min_percentile": 12, "max_percentile": 87, "axes": ["y", "x"]}},
    {"id": "clip", "kwargs": {"min_percentile": 12, "max_percentile": 87}},
    {"id": "binarize", "kwargs": {"threshold": 40}},
    {"id": "ensure_dtype", "kwargs": {"dtype": "int16"}},
    {"id": "ensure_dtype", "kwargs": {"dtype": "float64"}},
    {"id": "ensure_dtype", "kwargs": {"dtype": "bool"}},
    {"id": "sigmoid"},
    {"id": "softmax"},
    {"id": "softmax", "kwargs": {"axis": "x"}},
]


def of_core(step: dict, x: np.ndarray, reference: np.ndarray) -> np.ndarray:
    described = v0_5.InputTensorDescr.model_construct(id=v0_5.TensorId("image"))
    cls = {one.implemented_id: one for one in vars(v0_5).values() if isinstance(getattr(one, "implemented_id", None), str)}[step["id"]]
    operation = get_proc(cls.model_validate({key: step[key] for key in ("id", "kwargs") if key in step}), described)
    members = {"image": Tensor.from_numpy(x, dims=AXES), "raw": Tensor.from_numpy(reference, dims=AXES)}
    sample = Sample(members=members, stat={}, id="one")
    sample.stat.update(compute_measures(operation.required_measures, [sample]))
    operation(sample)
    return sample.members["image"].to_numpy()


def main() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(40, 25, SHAPE).astype(np.float32)
    reference = rng.normal(120, 40, SHAPE).astype(np.float32)
    wide = x.astype(np.float64)
    over = (0, 2, 3)
    low, high = (np.percentile(wide, q, axis=over, keepdims=True) for q in (5, 99.8))
    deviation, width = wide.std((2, 3), keepdims=True), wide.max((2, 3), keepdims=True) - wide.min((2, 3), keepdims=True)
    own = [
        ({"id": "zero_mean_unit_variance", "kwargs": {"axes": ["y", "x"], "eps": 0.01}}, (wide - wide.mean((2, 3), keepdims=True)) / (deviation + 0.01)),
        ({"id": "scale_range", "kwargs": {"axes": ["y", "x"], "eps": 0.1}}, (wide - wide.min((2, 3), keepdims=True)) / (width + 0.1)),
        ({"id": "binarize", "kwargs": {"axis": "channel", "threshold": [30, 40, 50]}}, wide > np.reshape([30, 40, 50], (1, 3, 1, 1))),
        ({"id": "scale_range", "kwargs": {"axes": ["batch", "y", "x"], "min_percentile": 5, "max_percentile": 99.8}}, (wide - low) / (high - low + 1e-6)),
    ]
    cases = [(step, of_core(step, x, reference)) for step in STEPS] + own
    floats = lambda a: [float(f"{v:.7g}") for v in np.asarray(a, np.float64).ravel()]  # noqa: E731
    fixture = {"axes": AXES, "shape": SHAPE, "input": floats(x), "reference": floats(reference),
               "cases": [{"step": step, "expected": floats(value)} for step, value in cases]}
    (Path(__file__).parent / "processing.fixture.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
