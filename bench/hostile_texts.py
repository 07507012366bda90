"""Texts that try to run in a page: python -m bench.hostile_texts [--payloads N] [--write]

Every text of every table is such a text, whichever door let it in; every page is then opened in Chromium, by who sees
most, once as it is and once with the policy of contents set aside, so that nothing but escaping protects. Nothing may
run, ask, or stand in a page as anything but a text; mails are opened in the same way. Planted: a template that trusts
a name; a run that doesn't find it does not count.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.page import machine, table, write
from bench.payloads import PAYLOADS

# Texts with a shape that is checked before they are kept, and those that no person, file or import gives.
SHAPED = {
    "key", "digest", "hint", "signature", "zone", "currency", "trigger", "stop", "guardrail", "password", "theme", "density",
    "numbers", "stage_key", "from_stage", "to_stage", "address", "secret", "secret_before", "claimed_by", "request", "field",
    "body", "language", "policy", "check_in", "query",
}  # fmt: skip
CODES = {"Person.access", "Approval.role", "Job.payload", "Event.kind", "Evaluation.spec", "Undo.kind", "Notice.level"}
FREE = {
    "reason",
    "conditions",
    "task",
    "item",
    "name",
    "text",
    "words",
    "title",
    "note",
    "help",
    "next",
    "hypothesis",
    "channel",
}
FREE |= {
    "successes",
    "difficulties",
    "unit",
    "definition",
    "label",
    "file",
    "url",
    "milestone",
    "comment",
    "outcome_text",
}
PROBE = """() => {
  const found = [];
  for (const e of document.querySelectorAll('*')) {
    const name = e.tagName.toLowerCase();
    if (['xss-x', 'iframe', 'object', 'embed', 'base', 'marquee', 'math'].includes(name)) found.push(name);
    for (const a of e.attributes) {
      if (a.name === 'data-xss' || /^on/i.test(a.name)) found.push(`${name} with ${a.name}`);
      if (/^(href|src|action|formaction|xlink:href|data)$/i.test(a.name) &&
          /^[\\s\\x00-\\x20]*(j\\s*a\\s*v\\s*a\\s*s\\s*c\\s*r\\s*i\\s*p\\s*t|vbscript|data:text)\\s*:?/i.test(a.value))
        found.push(`${name} leads to ${a.value.slice(0, 40)}`);
      if (e.matches('a[rel~="nofollow"]')) continue;  // a link that a person wrote as one, in a comment
      if (/^(href|src|action)$/i.test(a.name) && a.value.includes('127.0.0.1:9')) found.push(`${name} leads away`);
    }
  }
  if (document.body && document.body.innerText.includes('41447')) found.push('a template was worked out');
  return [...new Set(found)];
}"""


class Texts:
    """All columns that hold texts of people, files and imports."""

    def __init__(self) -> None:
        from django.apps import apps
        from django.db import models

        self.columns: list[tuple[Any, Any]] = []
        for model in apps.get_app_config("gaitway").get_models():
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
                named = f"{model.__name__}.{field.name}"
                if is_text and not field.choices and field.name not in SHAPED and named not in CODES:
                    self.columns.append((model, field))

    def empty(self) -> list[str]:
        """The models with such a column and without a row: nothing of theirs would be seen."""
        return sorted({model.__name__ for model, _ in self.columns if not model._base_manager.exists()})

    def fill(self, payload: Callable[[str], str]) -> None:
        """Every text becomes what `payload` makes of the name of its column; the database's own guards step aside."""
        from django.db import connection, models

        from gaitway.models import appendonly

        with connection.schema_editor() as schema:
            appendonly.release(None, schema)
        for model, field in self.columns:
            rows = model._base_manager.exclude(is_system=True) if hasattr(model, "is_system") else model._base_manager
            for pk, value in list(rows.values_list("pk", field.attname)):
                made = payload(f"{model.__name__}.{field.name}") + f" {pk}" * bool(field.unique)
                if isinstance(field, models.JSONField):
                    new = _within(value, made, field.name)
                else:
                    new = made.lower() if isinstance(field, models.EmailField) else made
                model._base_manager.filter(pk=pk).update(**{field.attname: new})
        with connection.schema_editor() as schema:
            appendonly.protect(None, schema)


def _within(value: Any, made: str, name: str) -> Any:
    """Free texts inside of JSON; names and codes stay, as the product itself wrote them."""
    if isinstance(value, dict):
        return {
            key: made if key in FREE and isinstance(each, str) else _within(each, made, key)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_within(each, made, name) for each in value]
    return made if isinstance(value, str) and name in ("head", "rows") else value


def furnish() -> None:
    """A row in each table that has none yet, with whatever its columns take."""
    from django.db import IntegrityError, models, transaction
    from django.utils import timezone

    known = {"Amendment.field": "trigger"}  # where not anything will do

    def value(field: Any) -> Any:
        if (given := known.get(f"{field.model.__name__}.{field.name}")) is not None:
            return given
        if field.remote_field:
            return field.remote_field.model._base_manager.order_by("pk").first()
        if field.choices:
            return field.choices[0][0]
        kinds: list[tuple[type, Any]] = [
            (models.DateTimeField, timezone.now()), (models.DateField, timezone.localdate()), (models.BooleanField, False),
            (models.JSONField, {}), (models.BinaryField, b""), (models.IntegerField, 1), (models.FloatField, 1.0),
            (models.DecimalField, 1), (models.UUIDField, None),
        ]  # fmt: skip
        return next((made for kind, made in kinds if isinstance(field, kind)), "x")

    for model in {model: None for model, _ in Texts().columns}:
        if model._base_manager.exists():
            continue
        fields = [f for f in model._meta.concrete_fields if not f.primary_key]
        for also in ([], [f for f in fields if f.remote_field], fields):
            wanted = [f for f in fields if not f.null and not f.has_default()] + also
            try:
                with transaction.atomic():
                    model._base_manager.create(**{f.name: value(f) for f in wanted})
                break
            except (IntegrityError, ValueError):
                continue


class Watch:
    """Opens pages in Chromium; `found` names what ran, asked, or stood in one as more than a text."""

    def __init__(self, browser: Any, base: str, session: str, *, bypass_csp: bool) -> None:
        self.found: list[str] = []
        self._at = ""
        self._context = browser.new_context(base_url=base, bypass_csp=bypass_csp)
        self._context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        self._context.expose_binding("__xss", lambda _source, what=None: self._say(f"ran: {what}"))
        self._context.add_init_script(
            "addEventListener('securitypolicyviolation', e => { console.error('XSS-CSP ' + e.violatedDirective) })"
        )
        self.page = self._context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("console", lambda m: self._say(m.text[:100]) if "XSS-CSP" in m.text else None)

    def _say(self, what: str) -> None:
        self.found.append(f"{self._at}: {what}")

    def _dialog(self, dialog: Any) -> None:
        self._say(f"asked: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> None:
        self._at = path
        from playwright.sync_api import Error

        try:
            answer = self.page.goto(path, wait_until="load")
        except Error as error:
            if "Download is starting" in str(error):  # kept as a file, never opened here
                return
            raise
        if answer is not None and answer.status >= 500:
            self._say(f"answered {answer.status}")
        self._look()

    def show(self, name: str, html: str) -> None:
        """Something that isn't a page of ours: a mail."""
        self._at = name
        self.page.set_content(html)
        self._look()

    def _look(self) -> None:
        for what in self.page.evaluate(PROBE):
            self._say(what)

    def close(self) -> None:
        self._context.close()


def paths(world: Any) -> list[tuple[str, str]]:
    """Who opens which page: the sponsor where she may, else an administrator."""
    from django.urls import reverse

    from tests.web.test_matrix import ACTORS, NAMES, OK, TABLE, argument

    found = []
    for name in NAMES:
        if name in ("live", "metrics", "healthz", "unsubscribe") or name.endswith("_export"):
            continue
        for actor in ("sofia", "admin"):
            if name in TABLE and TABLE[name].get[ACTORS.index(actor)] == OK:
                found.append((actor, reverse(name, args=argument(world, name, "own"))))
                break
    return found


def mails(person: Any) -> Iterator[tuple[str, str]]:
    """The parts of mails that are HTML."""
    from django.utils import timezone

    from gaitway.notices import digest

    yield "the digest", digest.mail(person, timezone.now()).html


def session(email: str) -> str:
    from django.test import Client

    from gaitway.models import Person

    client = Client()
    client.force_login(Person.objects.get(email=email))
    return client.cookies["sessionid"].value


@contextmanager
def trusting() -> Iterator[None]:
    """A template that trusts a name, while this lasts."""
    from django.template import engines

    env = engines.all()[0].env
    loader, whole = env.loader, env.loader.get_source

    def get_source(environment: Any, name: str) -> Any:
        source, *rest = whole(environment, name)
        return (source.replace("|e }}", " }}").replace(".name }}", ".name|safe }}"), *rest)

    env.cache.clear()
    loader.get_source = get_source
    try:
        yield
    finally:
        del loader.get_source
        env.cache.clear()


class Round:
    """A house whose texts are hostile, and two browsers, one of which has no policy of contents."""

    def __init__(self, browser: Any, base: str, world: Any) -> None:
        sessions = {"sofia": session("sofia@example.com"), "admin": session("root@example.com")}
        self.person, self.pages = world.sofia, paths(world)
        self._watches = {
            (actor, bare): Watch(browser, base, key, bypass_csp=bare)
            for actor, key in sessions.items()
            for bare in (True, False)
        }
        self._texts = Texts()

    def run(self, payload: Callable[[str], str], *, only: tuple[str, ...] = (), guarded: bool = True) -> list[str]:
        """What is found with these texts in all pages, or in `only` these; `guarded`: also with the policy."""
        self._texts.fill(payload)
        self.person.refresh_from_db()
        for (actor, bare), watch in self._watches.items():
            watch.found.clear()
            for who, path in self.pages:
                if who == actor and (bare or guarded) and (not only or path in only):
                    watch.open(path)
        for name, html in mails(self.person) if not only else ():
            self._watches["sofia", True].show(name, html)
        return [each for watch in self._watches.values() for each in watch.found]

    def close(self) -> None:
        for watch in self._watches.values():
            watch.close()


def section(payloads: int, pages: int, columns: int, found: list[str], planted: bool, seconds: float) -> str:
    """Markdown, without the markers."""
    return "\n\n".join((
        "## Safety: texts that try to run",
        f"`python -m bench.hostile_texts --payloads {payloads} --write` · Chromium · {machine()} · load of the machine at the end "
        f"{os.getloadavg()[0]:.1f}",
        "Every text column is filled, whichever door let it in. Each page is opened without the Content-Security-Policy, so "
        "that nothing but escaping protects, and every tenth round with it.",
        table(("Payloads", "columns", "pages", "ran, asked or became more than text", "planted found", "seconds"),
              [(str(payloads), str(columns), str(pages), str(len(found)), "yes" if planted else "no", f"{seconds:.0f}")]),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile_texts", description=__doc__)
    parser.add_argument("--payloads", type=int, default=len(PAYLOADS))
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="gaitway-bench-") as home:
        os.environ |= {"GAITWAY_HOME": home, "DJANGO_SETTINGS_MODULE": "gaitway.settings", "GAITWAY_LOG": "ERROR"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop of its own in this thread
        os.environ.pop("GAITWAY_DATABASE_URL", None)
        import django

        django.setup()
        from django.contrib.staticfiles.handlers import StaticFilesHandler
        from django.core.management import call_command
        from django.test.testcases import LiveServerThread
        from playwright.sync_api import sync_playwright

        from tests.web.furnished import furnish as rooms
        from tests.world import build
        from tests.world import found as cast

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        build(Path(home))
        world = rooms(cast())
        furnish()
        server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        began, found, count = time.perf_counter(), [], min(asked.payloads, len(PAYLOADS))
        with sync_playwright() as playwright:
            path = os.environ.get("GAITWAY_CHROMIUM") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            rounds = Round(browser, f"http://127.0.0.1:{server.port}", world)
            for number, payload in enumerate(PAYLOADS[:count]):
                new = rounds.run(lambda name, text=payload: text.replace("ID", name), guarded=number % 10 == 0)
                found += [f"{payload!r} {each}" for each in new]
                print(f"{number + 1} of {count}: {len(found)} found", file=sys.stderr, flush=True)
            with trusting():
                planted = bool(rounds.run(lambda name: PAYLOADS[8].replace("ID", name), only=("/kpis/",)))
            rounds.close()
            browser.close()
        server.terminate()
    text = section(count, len(rounds.pages), len(Texts().columns), found, planted, time.perf_counter() - began)
    if asked.write:
        write("hostile_texts", text)
    print(text)
    print(*found[:100], sep="\n")
    return 1 if found or not planted else 0


if __name__ == "__main__":
    sys.exit(main())
