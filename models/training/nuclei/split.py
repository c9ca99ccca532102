"""Write split.json, the record of which pictures train and which validate: python split.py [--data DIR]"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nuclei_data import SPLIT_SEED, VALIDATION_SHARE, dsb_split


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=here.parents[2].parent / "shared" / "data")
    annotations = json.loads((parser.parse_args().data / "nuclei-dsb2018" / "annotations.json").read_text())
    rule = (f"per modality (of most pictures of a group): groups ordered by sha256('{SPLIT_SEED}:<group>'), first ones "
            f"until {VALIDATION_SHARE:.0%} of its pictures, the last group always trains")
    (here / "split.json").write_text(json.dumps({"rule": rule, **dsb_split(annotations)}, indent=1) + "\n")


if __name__ == "__main__":
    main()
