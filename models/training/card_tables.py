"""Write the tables of a model card anew from what evaluate.py measured; the words around them stay.

  python evaluate.py --task viability --virtual CHAMBER --robustness --json > report.json
  python card_tables.py --task viability report.json

A table is found by its head row and replaced up to the next empty line; a card without that row is an error.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from task import TASKS, Task

#: Columns of the robustness table after mAP50: (class, figure) of each model.
SHOWN_UNDER_CHANGE = {
    "blood-cells": (("white-cell", "f1"), ("platelet", "f1"), ("red-cell", "recall")),
    "viability": (("living", "f1"), ("dead", "f1")),
}
NAMES = {"f1": "F1", "recall": "recall"}


def validation_rows(report: dict) -> list[str]:
    def cell(key: str, value: float) -> str:
        low, high = report["intervals95"][key]
        return f"{value:.3f} ({low:.3f}..{high:.3f})"

    rows = ["| class | threshold | labelled | recall | precision | F1 | AP50 |", "|---|---|---|---|---|---|---|"]
    for name, c in report["classes"].items():
        figures = " | ".join(cell(f"{name} {key}", c[key]) for key in ("recall", "precision", "f1", "ap50"))
        rows.append(f"| {name} | {c['threshold']:.2f} | {c['truth']} | {figures} |")
    return rows


def virtual_rows(report: dict) -> list[str]:
    rows = ["| class | truth | found | error | F1 |", "|---|---|---|---|---|"]
    for name, c in report["virtual"]["classes"].items():
        count = report["virtual"]["counts"][name]
        rows.append(f"| {name} | {count['truth']} | {count['found']} | {100 * count['error']:+.1f} % | {c['f1']:.3f} |")
    return rows


def robustness_rows(task: Task, report: dict) -> list[str]:
    shown = SHOWN_UNDER_CHANGE[task.id]
    heads = [f"{name} {NAMES[key]}" for name, key in shown] + (["error of pooled viability"] if task.is_exclusive else [])
    rows = [f"| change | mAP50 | {' | '.join(heads)} |", "|---" * (2 + len(heads)) + "|"]
    base = report["robustness"]["as they are"]["mAP50"]
    for change, found in report["robustness"].items():
        figures = [f"{found['classes'][name][key]:.3f}" for name, key in shown]
        if task.is_exclusive:
            figures.append(f"{100 * share_error(found['classes']):+.1f}")
        rows.append(f"| {change} | {found['mAP50']:.3f} ({found['mAP50'] - base:+.3f}) | {' | '.join(figures)} |")
    return rows


def share_error(classes: dict) -> float:
    """Found less labelled share of the first class."""
    first, *_ = classes.values()
    found, truth = (sum(c[key] for c in classes.values()) for key in ("found", "truth"))
    return first["found"] / max(found, 1) - first["truth"] / max(truth, 1)


def replace_table(card: str, rows: list[str]) -> str:
    lines = card.split("\n")
    start = lines.index(rows[0])
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    return "\n".join(lines[:start] + rows + lines[end:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=TASKS, required=True)
    parser.add_argument("report", type=Path)
    options = parser.parse_args()
    task, report = TASKS[options.task], json.loads(options.report.read_text())
    path = Path(__file__).resolve().parents[1] / task.id / "README.md"
    card = path.read_text()
    for rows in (validation_rows(report), virtual_rows(report), robustness_rows(task, report)):
        card = replace_table(card, rows)
    path.write_text(card)
    low, high = report["intervals95"]["mAP50"]
    print(f"{path}: tables written; mAP50 {report['mAP50']:.3f} ({low:.3f}..{high:.3f})")
    if task.is_exclusive:
        share = report["viability"]
        print(f"pooled share: {100 * share['found']:.1f} % found, {100 * share['truth']:.1f} % labelled")


if __name__ == "__main__":
    main()
