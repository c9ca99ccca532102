"""Make processing.fixture.json: BioImage.IO processing steps computed by NumPy after the words of the 0.5 format.

  python make-processing-fixture.py
"""

import json
from pathlib import Path

import numpy as np

AXES = ("batch", "channel", "y", "x")


def over(axes):
    return tuple(AXES.index(a) for a in axes) if axes else None


def main() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(40, 25, (1, 3, 5, 4)).astype(np.float32)
    reference = rng.normal(120, 40, (1, 3, 5, 4)).astype(np.float32)
    per_channel = lambda values: np.array(values, np.float64).reshape(1, 3, 1, 1)  # noqa: E731
    wide = x.astype(np.float64)

    def normalised(axes, eps):
        return (wide - wide.mean(over(axes), keepdims=True)) / (wide.std(over(axes), keepdims=True) + eps)

    def ranged(axes, low, high, eps, source=None):
        a, b = (np.percentile(wide if source is None else source.astype(np.float64), q, axis=over(axes), keepdims=True) for q in (low, high))
        return (wide - a) / (b - a + eps)

    def matched(axes, eps):
        mean, std = (getattr(reference.astype(np.float64), f)(over(axes), keepdims=True) for f in ("mean", "std"))
        return normalised(axes, eps) * (std + eps) + mean

    soft = np.exp(wide - wide.max(1, keepdims=True))
    cases = [
        ({"id": "scale_linear", "kwargs": {"gain": 0.5, "offset": -3}}, wide * 0.5 - 3),
        ({"id": "scale_linear", "kwargs": {"axis": "channel", "gain": [1, 2, 3], "offset": [0, 1, -1]}},
         wide * per_channel([1, 2, 3]) + per_channel([0, 1, -1])),
        ({"id": "fixed_zero_mean_unit_variance", "kwargs": {"mean": 10, "std": 4}}, (wide - 10) / 4),
        ({"id": "fixed_zero_mean_unit_variance", "kwargs": {"axis": "channel", "mean": [1, 2, 3], "std": [4, 5, 6]}},
         (wide - per_channel([1, 2, 3])) / per_channel([4, 5, 6])),
        ({"id": "zero_mean_unit_variance"}, normalised(None, 1e-6)),
        ({"id": "zero_mean_unit_variance", "kwargs": {"axes": ["y", "x"], "eps": 0.01}}, normalised(("y", "x"), 0.01)),
        ({"id": "scale_range"}, ranged(None, 0, 100, 1e-6)),
        ({"id": "scale_range", "kwargs": {"axes": ["batch", "y", "x"], "min_percentile": 5, "max_percentile": 99.8}},
         ranged(("batch", "y", "x"), 5, 99.8, 1e-6)),
        ({"id": "scale_range", "kwargs": {"min_percentile": 2, "max_percentile": 98, "reference_tensor": "raw"}}, ranged(None, 2, 98, 1e-6, reference)),
        ({"id": "scale_mean_variance", "kwargs": {"reference_tensor": "raw"}}, matched(None, 1e-6)),
        ({"id": "scale_mean_variance", "kwargs": {"reference_tensor": "raw", "axes": ["y", "x"], "eps": 0.01}}, matched(("y", "x"), 0.01)),
        ({"id": "clip", "kwargs": {"min": 20, "max": 60}}, wide.clip(20, 60)),
        ({"id": "clip", "kwargs": {"min_percentile": 10, "max": 60}}, wide.clip(np.percentile(wide, 10), 60)),
        ({"id": "clip", "kwargs": {"max_percentile": 90, "axes": ["y", "x"]}}, np.minimum(wide, np.percentile(wide, 90, axis=(2, 3), keepdims=True))),
        ({"id": "binarize", "kwargs": {"threshold": 40}}, wide > 40),
        ({"id": "binarize", "kwargs": {"axis": "channel", "threshold": [30, 40, 50]}}, wide > per_channel([30, 40, 50])),
        ({"id": "ensure_dtype", "kwargs": {"dtype": "int16"}}, x.astype(np.int16)),
        ({"id": "sigmoid"}, 1 / (1 + np.exp(-wide))),
        ({"id": "softmax"}, soft / soft.sum(1, keepdims=True)),
    ]
    floats = lambda a: [float(f"{v:.7g}") for v in np.asarray(a, np.float64).ravel()]  # noqa: E731
    fixture = {"axes": AXES, "shape": x.shape, "input": floats(x), "reference": floats(reference),
               "cases": [{"step": step, "expected": floats(value)} for step, value in cases]}
    (Path(__file__).parent / "processing.fixture.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
