"""Build the course's binary files: `python corpus/_source/build.py [--out DIR] [--only PART]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from builder import targets  # noqa: E402 - the builder stands beside this script, not in a package


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=HERE.parent, help="folder that gets the files (default: the corpus)"
    )
    parser.add_argument("--only", default="", help="build only targets whose path contains this")
    chosen = parser.parse_args()
    for name in targets.build(HERE, chosen.out, chosen.only):
        sys.stdout.write(f"{name}\n")
    if chosen.out == HERE.parent and not chosen.only:
        record = json.dumps(targets.tools(), indent=2) + "\n"
        (HERE / "built-with.json").write_text(record, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
