"""The page on the API: its curl commands are run as they stand, and its tables say what the code does."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from gaitway.actions import replies, tokens
from gaitway.actions import uploads as actions
from gaitway.api import door, observations, problems, uploads
from gaitway.api.app import described
from gaitway.engine.kpis import NUMBERS
from gaitway.models import Person, Token
from tests.api.conftest import Caller, token
from tests.world import world  # noqa: F401  # a fixture

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
CURLS = [
    command
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for command in re.split(r"^(?=curl )", block, flags=re.MULTILINE)
    if command
]


def sent(command):
    """Verb, path with query, headers and body, as curl would send them."""
    words = iter(shlex.split(command.replace("\\\n", " ").replace("$TOKEN", "T").replace("$GAITWAY", "")))
    assert next(words) == "curl"
    path, headers, body, verb = "", {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif word == "-X":
            verb = next(words)
        else:
            path = word
    return verb or ("GET" if body is None else "POST"), path, headers, body


def test_the_page_has_examples():
    assert len(CURLS) == 34


@pytest.mark.django_db
@pytest.mark.parametrize("command", CURLS, ids=lambda command: command.split()[1].strip('"'))
def test_every_example_works(world, command):  # noqa: F811  # the fixture
    verb, path, headers, body = sent(command)
    assert headers.pop("Authorization") == "Bearer T"
    kind = headers.pop("Content-Type", "")
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        access = "administrator" if re.search("channels|people", path) else "strategist"
        Person.objects.filter(pk=world.luca.pk).update(access=access)
        who = world.luca if re.search("strategies|sources|screens|channels|people", path) else world.sofia
        caller = Caller(token(Person.objects.get(pk=who.pk)))
        if path.endswith("undo"):
            caller("POST", "observations", {"kpi": "north/orders", "period": "2026-02-16", "events": 8})
        if body == "@strategy.yaml":
            body = caller("GET", "strategies/north/file").content.decode()
        answer = caller(verb, path, body, kind=kind, **{name.replace("-", "_"): v for name, v in headers.items()})
    assert answer.status_code in (200, 201, 202), answer.content


def test_the_tables_say_what_the_code_does():
    operations = {
        f"{verb.upper()} {path.removeprefix('/api/v1/').replace('{upload_id}', 'ID')}"
        for path, verbs in described()["paths"].items()
        for verb in verbs
        if "/uploads" in path
    }
    assert operations - {"GET uploads", "GET uploads/ID"} == set(re.findall(r"`((?:GET|POST) uploads\S*)`", PAGE))
    codes = {(int(status), code) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, re.MULTILINE)}
    assert codes == {*problems.CODES.items(), (422, "refused")}
    kinds = {
        kind: re.findall(r"`(\w+)`", names) for kind, names in re.findall(r"^\| (\w+) \| (`.+) \|$", PAGE, re.MULTILINE)
    }
    assert {kind: tuple(names) for kind, names in kinds.items() if kind in list(NUMBERS)} == {
        kind.value: names for kind, names in NUMBERS.items()
    }
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(Token.Scope.values)


def test_the_limits_are_those_of_the_code():
    assert f"up to {observations.MOST:,} rows and 8 MB" in PAGE
    assert f"Up to {uploads.LIMITS.rows:,} rows, {actions.COLUMNS} columns and {actions.CELLS:,} cells" in PAGE
    assert f"more than {door.FAILURES} unknown tokens a minute" in PAGE
    assert f"A token lives {tokens.DAYS} days, or as long as you say, at most {tokens.MOST}." in PAGE
    assert f"up to {replies.LONGEST} characters" in PAGE
    assert f"kept for {replies.KEPT.days * 24} hours" in " ".join(PAGE.split())
