from __future__ import annotations

import csv
import io
import json

import pytest

from gaitway.actions import decisions
from gaitway.models import Event
from tests.web.norway import get, text
from tests.world import AT, TODAY, World


@pytest.fixture
def decided(world: World) -> World:
    decisions.decide(world.crawl, "hold", reason="=1+1 is too early.", by=world.sofia, at=AT, effective_on=TODAY)
    return world


def test_an_administrator_reads_who_did_what(decided: World) -> None:
    page = text(get(decided, "/audit/?kind=decision", "admin").content)
    assert "1 entry, as sought" in page
    assert "Sofia Marino" in page
    assert "=1+1 is too early." in page
    assert f"Head of the record: {Event.objects.count()}:" in page


def test_a_wrong_day_is_told_and_the_rest_is_shown(decided: World) -> None:
    answer = get(decided, "/audit/?first=yesterday&kind=decision", "admin")
    assert answer.status_code == 422
    assert "Write a date like 2026-03-31." in text(answer.content)
    assert "1 entry" in text(answer.content)


def test_the_files_hold_what_the_page_shows(decided: World) -> None:
    lines = b"".join(get(decided, "/audit/export.jsonl?kind=decision", "admin")).decode().splitlines()
    (row,) = map(json.loads, lines)
    assert (row["by"], row["quote"], row["kind"]) == ("sofia@example.com", "=1+1 is too early.", "decision")
    table = b"".join(get(decided, "/audit/export.csv?kind=decision", "admin")).decode()
    (line,) = csv.DictReader(io.StringIO(table, newline=""))
    assert line["quote"] == "'=1+1 is too early."
    assert line["digest"] == row["digest"] == Event.objects.get(kind="decision").digest


def test_it_is_read_a_page_at_a_time(decided: World) -> None:
    first = get(decided, "/audit/?before=3", "admin").content
    assert text(first).count("applied the strategy") + text(first).count("invited") + text(first).count("moved") >= 1
    assert "Older" not in text(first)
