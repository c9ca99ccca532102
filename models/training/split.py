"""Write split.json: which BCCD pictures train and which validate. The rule is data.bccd_split."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from data import SPLIT_FILE, SPLIT_SEED, VALIDATION_SHARE, bccd_split


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    split = bccd_split(json.loads((options.data / "bccd" / "annotations.json").read_text()))
    SPLIT_FILE.write_text(json.dumps({
        "rule": f"groups ordered by sha256('{SPLIT_SEED}:<group>'), first ones until {VALIDATION_SHARE:.0%} of pictures",
        **split,
    }, indent=1) + "\n")
    print(f"{len(split['train'])} train, {len(split['validation'])} validation -> {SPLIT_FILE.name}")


if __name__ == "__main__":
    main()
