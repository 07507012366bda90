"""Schemathesis against the API: python -m bench.api_cases [--cases 20000] [--seed N] [--write]

In one process, without a socket: cases that fit the description of the API and cases that don't, for every operation and
every role, half of them aimed at things that exist, the foreign ones among them. No answer above 499, none that its
description doesn't know, none that names what its reader may not see. Planted: tasks are looked up without asking who may
see them, an operation breaks, and one answers otherwise than it is described; a run that doesn't find all three does not
count. What a case does is undone after it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count as counted
from pathlib import Path
from typing import Any
from unittest import mock

from bench.page import machine, table, write

# What no answer names to whom it is hidden from: iceland is restricted, and its secret KPI is read there alone.
HIDDEN = dict.fromkeys(("nadia", "theo", "luca"), re.compile("Iceland|iceland|Secret"))
NOTHING = {"nadia": re.compile("Iceland|iceland|Secret|Norway|Orders per week|Luca")}  # in answers to a GET
ROLES = ("nadia", "theo", "luca", "sofia", "admin")
Aim = Callable[[str], list[str]]


@dataclass
class Run:
    """What was tried, what was answered, what was wrong."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return sum(self.answers.values())


class Attack:
    """`tokens` by role; `aim` gives, for the name of a parameter, identifiers of things that exist."""

    def __init__(self, tokens: dict[str, str], aim: Aim) -> None:
        import schemathesis
        from django.core.wsgi import get_wsgi_application
        from schemathesis import checks
        from schemathesis.specs.openapi import checks as described

        from gaitway.api import app

        self._schema = schemathesis.openapi.from_dict(app.described())
        self._app, self._tokens, self._aim = get_wsgi_application(), tokens, aim
        self._turns = counted()
        self._checks = [
            checks.not_a_server_error, described.status_code_conformance, described.content_type_conformance,
            described.response_schema_conformance,
        ]  # fmt: skip
        self.operations = {
            f"{found.ok().method.upper()} {found.ok().path.removeprefix('/api/v1/')}": found.ok()
            for found in self._schema.get_all_operations()
        }

    def run(self, cases: int, seed: int, names: tuple[str, ...] = ()) -> Run:
        """At least so many, spread evenly over operations (all, or these) and roles."""
        run, names = Run(), names or tuple(self.operations)
        each = max(2, -(-cases // (len(names) * len(self._tokens))))
        for number, name in enumerate(names):
            for role in self._tokens:
                self._tried(run, name, role, each, seed + number)
        return run

    def _tried(self, run: Run, name: str, role: str, cases: int, seed: int) -> None:
        import hypothesis
        from hypothesis import HealthCheck, Phase
        from schemathesis import GenerationMode

        operation = self.operations[name]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            def one(case: Any) -> None:
                turn = next(self._turns)
                if turn % 2:
                    self._take_aim(case, turn)
                self._ask(run, name, role, case)

            settings = hypothesis.settings(
                max_examples=-(-cases // 2), database=None, deadline=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            try:
                made = operation.as_strategy(generation_mode=mode)
                hypothesis.seed(seed)(settings(hypothesis.given(case=made)(one)))()
            except hypothesis.errors.Unsatisfiable:  # nothing that could be wrong about it
                continue

    def _take_aim(self, case: Any, turn: int) -> None:
        """At what exists, in its address, and in every field of its body that names such a thing."""
        if case.path_parameters:
            for name in case.path_parameters:
                there = self._aim(name)
                case.path_parameters[name] = there[(turn + len(str(case.body))) % len(there)]
        for part in case.body if isinstance(case.body, list) else [case.body]:
            for name in ("kpi", "strategy_id", "person", "to") if isinstance(part, dict) else ():
                if name in part:
                    there = self._aim(name)
                    part[name] = there[(turn + len(str(part))) % len(there)]

    def _ask(self, run: Run, name: str, role: str, case: Any) -> None:
        from django.db import transaction

        headers = {"Authorization": f"Bearer {self._tokens[role]}", "Accept-Encoding": "identity"}
        with warnings.catch_warnings(), staying(), transaction.atomic():
            warnings.simplefilter("ignore")  # of the tool's own parts
            answer = case.call(app=self._app, headers=headers)
            transaction.set_rollback(True)
        run.answers[name, answer.status_code] += 1
        run.faults.update(self._wrong(name, role, case, answer))

    def _wrong(self, name: str, role: str, case: Any, answer: Any) -> Iterator[str]:
        from schemathesis.core.failures import FailureGroup

        try:
            case.validate_response(answer, checks=self._checks)
        except FailureGroup as found:
            for each in found.exceptions:
                yield f"{name} as {role}: {type(each).__name__}: {answer.status_code} {str(each)[:300]!r} {answer.content[:80]!r}"
        hidden = (NOTHING if name.startswith("GET") else HIDDEN).get(role) or HIDDEN.get(role)
        asked = {str(each) for each in (case.path_parameters or {}).values()}
        said = answer.content.decode("utf-8", "replace")
        if hidden and answer.status_code < 300 and (met := hidden.search(said)) and met[0] not in str(case.body):
            yield f"{name} as {role}: names {met[0]!r}, asked for {sorted(asked)}"


@contextmanager
def staying() -> Iterator[None]:
    """The connection to the database stays open between requests, as it stands in a transaction that is undone."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@contextmanager
def planted(what: str) -> Iterator[None]:
    """A fault of one of these kinds, while this lasts: looked up, broken, described."""
    from gaitway.api import app, people
    from gaitway.models.visible import VisibleQuerySet

    if what == "looked up":
        with mock.patch.object(VisibleQuerySet, "visible_to", lambda rows, _viewer: rows.all()):
            yield
    elif what == "broken":
        with mock.patch.object(people, "viewer", side_effect=KeyError("planted")):
            yield
    else:
        wrong = deepcopy(app.described())
        wrong["components"]["schemas"]["Me"]["properties"]["keys"] = {"type": "string"}
        with mock.patch.object(app, "described", return_value=wrong):
            yield


PLANTED = {"looked up": "GET tasks/{task_id}", "broken": "GET people", "described": "GET me"}
MEETS = {"looked up": "names", "broken": "ServerError", "described": "JsonSchemaError"}


def found(tokens: dict[str, str], what: str) -> bool:
    """Whether an attack finds what is planted."""
    with planted(what):
        run = Attack(tokens, aim).run(80, 1, (PLANTED[what],))
    return any(MEETS[what] in fault for fault in run.faults)


def aim(name: str) -> list[str]:
    """Own and foreign things of the tests' house, and one that isn't there."""
    from gaitway import models

    def all_of(rows: Any) -> list[str]:
        return [*(str(pk) for pk in rows.objects.order_by("pk").values_list("pk", flat=True)[:20]), "999999"]

    numbered = {
        "decision_id": models.Decision, "condition_id": models.Condition, "task_id": models.Task,
        "item_id": models.ChecklistItem, "notice_id": models.Notice, "upload_id": models.Upload,
        "delegation_id": models.Delegation, "token_id": models.Token, "area_id": models.Area,
        "milestone_id": models.Milestone, "point_id": models.TaskItem, "comment_id": models.Comment,
        "file_id": models.File, "link_id": models.Link, "view_id": models.View, "event_id": models.Event,
        "review_id": models.Review, "review_item_id": models.ReviewItem, "screen_id": models.Screen,
        "channel_id": models.Channel, "delivery_id": models.Delivery, "person_id": models.Person,
    }  # fmt: skip
    keyed = {
        "strategy_id": ["north", "south"], "initiative_id": ["north/norway", "north/iceland", "north/nowhere"],
        "stage_id": ["north/norway/crawl", "north/iceland/crawl", "north/norway/nothing"],
        "source_id": ["north/shop", "south/shop"], "kpi_id": ["north/orders", "north/secret", "north/conversion"],
        "objective_id": ["north/customers", "north/nothing"],
        "kpi": ["north/orders", "north/secret"], "person": ["theo@example.com", "nadia@example.com"],
        "to": ["luca@example.com", "nobody@example.com"],
    }  # fmt: skip
    return keyed[name] if name in keyed else all_of(numbered[name])


def section(run: Run, controls: dict[str, bool], seed: int, seconds: float) -> str:
    """Markdown, without the markers."""
    by_status = Counter[str]()
    for (_, status), count in run.answers.items():
        by_status[f"{status // 100}xx"] += count
    said = ", ".join(f"{count:,} × {status}" for status, count in sorted(by_status.items()))
    return "\n\n".join((
        "## Safety: the API by its own description",
        f"`python -m bench.api_cases --cases {run.cases} --seed {seed} --write` · Schemathesis, in process · {machine()} · load "
        f"of the machine at the end {os.getloadavg()[0]:.1f}",
        "Half of the cases fit the description and half don't; half are aimed at things that exist, foreign ones among them.",
        table(
            ("Cases", "operations", "roles", "answers", "faults", "planted found", "seconds"),
            [(f"{run.cases:,}", str(len({name for name, _ in run.answers})), str(len(ROLES)), said,
              str(sum(run.faults.values())), f"{sum(controls.values())} of {len(controls)}", f"{seconds:.0f}")],
        ),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api_cases", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="gaitway-bench-") as home:
        os.environ |= {"GAITWAY_HOME": home, "DJANGO_SETTINGS_MODULE": "gaitway.settings", "GAITWAY_LOG": "ERROR"}
        os.environ.pop("GAITWAY_DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from tests.api.conftest import furnish, token
        from tests.world import build
        from tests.world import found as cast

        call_command("migrate", verbosity=0, interactive=False)
        build(Path(home))
        house = furnish(cast())
        people = {name: getattr(house, name) for name in ROLES if name != "admin"}
        tokens = {name: token(person) for name, person in people.items()} | {"admin": token(root())}
        attack, began = Attack(tokens, aim), time.perf_counter()
        run = attack.run(asked.cases, asked.seed)
        seconds = time.perf_counter() - began
        controls = {what: found(tokens, what) for what in PLANTED}
        connection.close()
    text = section(run, controls, asked.seed, seconds)
    if asked.write:
        write("api_cases", text)
    print(text)
    for fault, count in run.faults.most_common(40):
        print(f"{count} × {fault}")
    return 1 if run.faults or not all(controls.values()) else 0


def root() -> Any:
    from gaitway.models import Person

    return Person.objects.get(email="root@example.com")


if __name__ == "__main__":
    sys.exit(main())
