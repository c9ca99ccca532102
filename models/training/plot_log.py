"""Draw the learning curve of a run: python plot_log.py runs/blood-cells/log.csv learning-curve.png"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def main(log: Path, picture: Path) -> None:
    with log.open(newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    steps = [row["step"] for row in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    for key, label in (("heat_loss", "heat map"), ("box_loss", "box (1 - GIoU)")):
        left.plot(steps, [row[key] for row in rows], label=label)
    left.set(xlabel="step", ylabel="training loss", yscale="log")
    for key in rows[0]:
        if key == "mAP50" or key.startswith(("f1 ", "recall ")):
            right.plot(steps, [row[key] for row in rows], label=key, linestyle=":" if key.startswith("recall") else "-")
    right.set(xlabel="step", ylabel="validation, all thresholds 0.3", ylim=(0.4, 1.0))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
