"""What Lighthouse says of the pages, against our goals: bin/lighthouse [NAME …]

By hand, since it needs Node and the network: `npx lighthouse` looks at the demo, three times on each device, and the
median counts."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("portfolio", "roadmap", "board", "my_work", "kpis", "initiative", "kpi", "gate")
RUNS = 3
# Goal by device, and what may be missing of it where a machine is slow.
GOALS = {
    "largest-contentful-paint": ({"mobile": 1_800.0, "desktop": 800.0}, 1.2, "ms"),
    "total-blocking-time": ({"mobile": 50.0, "desktop": 50.0}, 1.2, "ms"),
    "cumulative-layout-shift": ({"mobile": 0.02, "desktop": 0.02}, 1.0, ""),
}


def look(address: str, cookie: str, device: str) -> dict[str, float]:
    """One run: the figures, and the score for accessibility."""
    with tempfile.TemporaryDirectory(prefix="gaitway-lighthouse-") as folder:
        headers, out = Path(folder, "headers.json"), Path(folder, "out.json")
        headers.write_text(json.dumps({"Cookie": cookie}), "utf-8")  # no secret in the list of processes
        command = [
            "npx", "--yes", "lighthouse", address, "--quiet", "--output=json", f"--output-path={out}",
            "--only-categories=performance,accessibility", f"--extra-headers={headers}",
            "--chrome-flags=--headless=new --no-sandbox", *(["--preset=desktop"] if device == "desktop" else []),
        ]  # fmt: skip
        subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": chromium()})
        said: dict[str, Any] = json.loads(out.read_text("utf-8"))
    if said["finalDisplayedUrl"].partition("?")[0] != address:
        raise SystemExit(f"{address} led to {said['finalDisplayedUrl']}: the page was not looked at.")
    found = {name: float(said["audits"][name]["numericValue"]) for name in GOALS}
    return found | {"accessibility": float(said["categories"]["accessibility"]["score"]) * 100}


def chromium() -> str:
    return os.environ.get("GAITWAY_CHROMIUM") or "/usr/bin/chromium"


def judged(runs: list[dict[str, float]], device: str) -> list[tuple[str, bool]]:
    """Each figure in words, and whether it is good enough."""
    lines = []
    for name, (goals, slack, unit) in GOALS.items():
        middle, goal = statistics.median(run[name] for run in runs), goals[device]
        lines.append((f"{name} {middle:.3g} {unit} (goal {goal:g})", middle <= goal * slack))
    least = min(run["accessibility"] for run in runs)
    return [*lines, (f"accessibility {least:.0f} (goal 100)", least == 100)]


def entered(address: str, path: str) -> str:
    """The cookie of who signed in by the demo's link."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(address + path).close()
    return "; ".join(f"{each.name}={each.value}" for each in jar)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/lighthouse", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of pages, as gaitway/urls.py has them")
    parser.add_argument("--home", type=Path, default=ROOT / ".demo", help="of the demo")
    asked = parser.parse_args()
    if shutil.which("npx") is None:
        raise SystemExit("There is no npx here: install Node, which Lighthouse needs, and try again.")
    os.environ |= {"GAITWAY_HOME": str(asked.home), "GAITWAY_DEMO": "1", "DJANGO_SETTINGS_MODULE": "gaitway.settings"}
    from bench.shots import house, pages
    from gaitway.cli.start import start

    start()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["ext"])
    wanted, missed = asked.names or PAGES, 0
    with house() as (address, entry):
        cookie = entered(address, entry)
        for shot in pages(full=True):
            if shot.name not in wanted:
                continue
            for device in ("mobile", "desktop"):
                print(f"{shot.name}, {device}")
                for words, good in judged([look(address + shot.path, cookie, device) for _ in range(RUNS)], device):
                    print(f"  {'✓' if good else '✕'} {words}", flush=True)
                    missed += not good
    if missed:
        print(f"{missed} goals missed.", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
