"""Write split.json: which pictures of each set train and which validate. The rule is data.split_by_group."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bccd import FOLDER as BCCD_FOLDER
from data import SPLIT_SEED, VALIDATION_SHARE, split_by_group
from sets import VIABILITY_FOLDER

SPLIT_FILE = Path(__file__).parent / "split.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    rule = f"groups ordered by sha256('{SPLIT_SEED}:<group>'), first ones until {VALIDATION_SHARE:.0%} of pictures"
    splits = {name: split_by_group(json.loads((options.data / name / "annotations.json").read_text()))
              for name in (BCCD_FOLDER, VIABILITY_FOLDER)}
    SPLIT_FILE.write_text(json.dumps({"rule": rule, **splits}, indent=1) + "\n")
    for name, split in splits.items():
        print(f"{name}: {len(split['train'])} train, {len(split['validation'])} validation")


if __name__ == "__main__":
    main()
