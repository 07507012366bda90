"""python -m bench.evidence [--quick] [--seed N] [--repeats N] [--write]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.page import write

from . import page, picture, tables

ROOT = Path(__file__).resolve().parents[2]
QUICK = 300  # pilots a row


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--repeats", type=int, default=20_000, help="pilots a row (default 20000: about six minutes)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} pilots a row: seconds, and rough")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    parser.add_argument(
        "--experiments", type=Path, default=ROOT.parent / "shared" / "data" / "experiments_daily.parquet",
        help="the real experiments, as Parquet",
    )  # fmt: skip
    asked = parser.parse_args()
    report = tables.run(
        asked.seed, QUICK if asked.quick else asked.repeats, asked.experiments,
        say=lambda row: print(f"… {row}", file=sys.stderr, flush=True),
    )  # fmt: skip
    text = page.section(report)
    if asked.write:
        write("evidence", text)
        (ROOT / "docs" / "images" / "evidence.svg").write_text(picture.drawing(report), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
