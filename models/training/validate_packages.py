"""Hold the shipped packages against the library of the format's makers; exits with 1 when one is not valid.

  pip install bioimageio.spec==0.5.12 pydantic==2.11.7   (a later pydantic breaks this version of it)
  python validate_packages.py [PACKAGE_FOLDER ...]

Files, hashes and axes are checked; "valid-format" is what it says of a description without errors.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bioimageio.spec import InvalidDescr, ValidationContext, load_description


def main() -> int:
    models = Path(__file__).resolve().parents[1]
    folders = [Path(arg) for arg in sys.argv[1:]] or sorted(file.parent for file in models.glob("*/rdf.yaml"))
    failed = 0
    for folder in folders:
        with ValidationContext(perform_io_checks=True):
            description = load_description(folder / "rdf.yaml")
        summary = description.validation_summary
        print(f"{folder.name}: {summary.status}")
        for error in (error for detail in summary.details for error in detail.errors):
            print(f"  {'.'.join(map(str, error.loc))}: {error.msg}")
        failed += isinstance(description, InvalidDescr)
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
