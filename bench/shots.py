"""Pictures of every page, to be looked at: bin/shots [--docs] [NAME …]

The pages of the demo as Sofia sees them, wide in light and dark and on a telephone; the same of an empty house; and
what is shown when something is missing. One file each in .shots, with a page that shows them side by side."""

from __future__ import annotations

import argparse
import html
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.server import served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".shots"
WIDTHS = {"light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light")}
# Pages that take no argument and are no pages to look at.
NOT_PAGES = {
    "live", "healthz", "metrics", "security_txt", "account_logout", "mfa_login_webauthn", "account_reauthenticate",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_authenticate", "palette",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "checkins_worker",
}  # fmt: skip
DOCS = {"portfolio": "light", "initiative": "light", "roadmap": "light", "board": "light", "my_work": "light", "kpi": "light",
        "objectives": "light", "checkins": "phone"}  # fmt: skip
LOOKING = "sofia@example.com"
OTHERS = {"my_work": "theo@example.com", "checkins": "luca@example.com"}  # whose page has more to show


@dataclass(frozen=True)
class Shot:
    name: str
    path: str


def pages(*, full: bool) -> list[Shot]:
    """Every address that answers a GET and takes no argument, and in a full house those of one thing of each sort."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    named = [str(name) for name in get_resolver().reverse_dict if isinstance(name, str)]
    found = []
    for name in named:
        try:
            found.append(Shot(name, reverse(name)))
        except NoReverseMatch:
            continue
    found = [shot for shot in found if shot.name not in NOT_PAGES]
    if full:
        for name, args in _things():
            try:
                found.append(Shot(name, reverse(name, args=args)))
            except NoReverseMatch:
                continue
    found.append(Shot("missing", "/nothing/"))
    return sorted(found, key=lambda shot: shot.name)


def _things() -> Iterator[tuple[str, list[Any]]]:
    """One thing of each sort, such as people look at."""
    from gaitway import models
    from gaitway.models import Initiative, Kpi, Stage, Task

    gate = Stage.objects.filter(latest__proposal="go", initiative__state="active").select_related(
        "initiative__strategy"
    )
    stage = gate.first() or Stage.objects.select_related("initiative__strategy").first()
    if stage is None:
        return
    initiative: Initiative = stage.initiative
    key = f"{initiative.strategy.key}/{initiative.key}"
    for name in ("initiative", "roles", "check_in", "check_in_history", "initiative_edit", "history"):
        yield name, [key]
    for name in ("gate", "trigger", "gate_move"):
        yield name, [f"{key}/{stage.key}"]
    kpi: Kpi = stage.kpis.select_related("strategy")[0]
    yield "kpi", [f"{kpi.strategy.key}/{kpi.key}"]
    yield "objective", [f"{initiative.strategy.key}/{initiative.objective.key}"]
    task = Task.objects.filter(retired_at=None).order_by("due").first()
    if task:
        yield "task", [task.pk]
    for name, model in (("review", "Review"), ("minutes", "Review")):
        row = getattr(models, model, None) and getattr(models, model).objects.first()
        if row:
            yield name, [row.pk]


@contextmanager
def house() -> Iterator[tuple[str, dict[str, str]]]:
    """Address of a server of this home, and by e-mail the paths that sign in who looks."""
    from gaitway.actions import people
    from gaitway.models import Person
    from gaitway.web.signin import demo_link

    if not Person.objects.filter(email=LOOKING).exists():
        from django.utils import timezone

        at = timezone.now()
        access = Person.Access.ADMINISTRATOR
        people.invite(LOOKING, name="Sofia Marino", access=access, by=people.terminal(at=at), at=at)
    there = Person.objects.filter(email__in=[LOOKING, *OTHERS.values()])
    entries = {person.email: demo_link(person) for person in there}
    with served(threads=64) as (port, _):  # each open page holds one for a while
        yield f"http://127.0.0.1:{port}", entries


def shoot(home: Path, *, full: bool, names: list[str]) -> list[Path]:
    """In a process of its own, since settings are read once."""
    os.environ |= {
        "GAITWAY_HOME": str(home), "GAITWAY_DEMO": "1", "DJANGO_SETTINGS_MODULE": "gaitway.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }  # fmt: skip
    from gaitway.cli.start import start

    start()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["ext"])
    from playwright.sync_api import sync_playwright

    made = []
    kind = "full" if full else "empty"
    wanted = [shot for shot in pages(full=full) if not names or shot.name in names]
    with house() as (address, entries), sync_playwright() as playwright:
        path = os.environ.get("GAITWAY_CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        looking = [(shot, OTHERS[shot.name] if OTHERS.get(shot.name) in entries else LOOKING) for shot in wanted]
        for (look, (width, height, scheme)), who in product(WIDTHS.items(), entries):
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )  # fmt: skip
            context.new_page().goto(entries[who])
            for shot in (shot for shot, whose in looking if whose == who):
                file = FOLDER / f"{shot.name}-{look}-{kind}.png"
                made += [file] if pictured(context, shot, file) else []
            context.close()
        browser.close()
    return made


def pictured(context: BrowserContext, shot: Shot, file: Path) -> bool:
    """Whether there was a page to look at, for who looks; each in a tab of its own, as one that failed leads elsewhere."""
    from playwright.sync_api import Error

    page = context.new_page()
    try:
        answer = page.goto(shot.path, wait_until="load")
        shown = answer is None or answer.status < 400 or shot.name == "missing"
        if shown:
            page.wait_for_timeout(150)
            page.screenshot(path=file, full_page=True)
        return shown
    except Error as error:  # what takes a POST alone, or is kept as a file, shows no page
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error) or "Download is starting" in str(error):
            return False
        raise
    finally:
        page.close()


def contents(files: list[Path]) -> None:
    """A page with all of them."""
    lines = [f'<figure><img loading="lazy" width="480" src="{html.escape(each.name)}"><figcaption>{html.escape(each.stem)}'
             "</figcaption></figure>" for each in sorted(files)]  # fmt: skip
    style = "body{display:flex;flex-wrap:wrap;gap:24px;font:13px sans-serif;background:#888}"
    (FOLDER / "index.html").write_text(f"<!doctype html><style>{style}</style>{''.join(lines)}", "utf-8")


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bin/shots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of pages, as gaitway/urls.py has them")
    parser.add_argument("--docs", action="store_true", help="renew the pictures of the README and the docs")
    parser.add_argument("--home", type=Path, default=ROOT / ".demo", help="of the demo")
    parser.add_argument("--empty", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    FOLDER.mkdir(exist_ok=True)
    if asked.empty:
        with tempfile.TemporaryDirectory(prefix="gaitway-shots-", ignore_cleanup_errors=True) as home:
            shoot(Path(home), full=False, names=asked.names)
        return
    made = shoot(asked.home, full=True, names=asked.names)
    if subprocess.run([sys.executable, "-m", "bench.shots", "--empty", *asked.names], check=False).returncode:
        raise SystemExit("The empty house could not be looked at.")
    contents([*FOLDER.glob("*.png")])
    if asked.docs:
        for name, look in DOCS.items():
            for file in made:
                if file.name == f"{name}-{look}-full.png":
                    (ROOT / "docs" / "images" / f"{name}.png").write_bytes(file.read_bytes())
    print(f"{len(made)} pictures of a full house, and those of an empty one: {FOLDER / 'index.html'}")


if __name__ == "__main__":
    main()
