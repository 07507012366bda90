"""python -m bench.forecasts [--data FOLDER] [--quick] [--seed N] [--write]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import page, peers, scores, sets

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.forecasts", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with m4 and nn5")
    parser.add_argument("--quick", action="store_true", help=f"one series of {sets.QUICK}: seconds, and rough")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    try:
        found = sets.load(asked.data, quick=asked.quick)
    except FileNotFoundError as error:
        print(f"{error.filename} isn't there: give the folder that holds m4 and nn5 with --data", file=sys.stderr)
        sys.exit(2)
    report: dict[str, dict[str, scores.Score]] = {}
    for each in found:
        report[each.name] = {}
        for name, forecaster in peers.present(quick=asked.quick).items():
            print(f"… {each.name}, {name.strip('*')}", file=sys.stderr, flush=True)
            report[each.name][name] = scores.score(each, forecaster, asked.seed)
    text = page.section(found, report, asked.seed)
    if asked.write:
        page.write(text, ROOT / "docs" / "benchmarks.md")
    print(text)


if __name__ == "__main__":
    main()
