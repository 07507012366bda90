"""The page on webhooks says what is sent: every type with its fields, and an example with the very names."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gaitway.actions import checkins, comments, decisions, observations, tasks
from gaitway.models import Event, Task
from gaitway.models.preference import Group
from gaitway.notices import webhook
from gaitway.work import loop
from tests.work.test_loop import deliver
from tests.world import AT, TODAY, World

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z.]+)` \| (\w+) \| (.+?) \|$", PAGE, re.M)
EXAMPLE = json.loads(re.findall(r"```json\n(.+?)```", PAGE, re.S)[0])
COMMON = {"event_id", "by", "strategy", "title", "url"}


@pytest.fixture
def payloads(world: World) -> dict[str, dict[str, Any]]:
    deliver(world)
    loop.drain("w", lambda: AT, tick=False)
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    observations.record(world.orders, {TODAY - timedelta(days=14): (31.0, 1.0)}, by=world.admin, at=AT)
    checkins.record(world.norway, outlook="on track", on=TODAY, by=world.luca, at=AT)
    task = Task.objects.select_related("stage", "initiative__strategy").get()
    tasks.add(task.stage, "Print the boxes", by=world.theo, at=AT)
    comments.add(task, "Well done", by=world.theo, at=AT)
    tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    return {webhook.TYPES[each.kind]: webhook.payload(each) for each in Event.objects.filter(kind__in=webhook.TYPES)}


def test_every_type_is_named_with_its_group() -> None:
    groups = {kind: str(Group.of(event)) for event, kind in webhook.TYPES.items()}
    assert {kind: group for kind, group, _ in ROWS} == groups


def test_every_field_is_named(payloads: dict[str, dict[str, Any]]) -> None:
    for kind, _, fields in ROWS:
        own = set(payloads[kind]["data"]) - COMMON - {"initiative"}
        named = set(re.findall(r"`(\w+)`", fields)) - ({"key", "name"} if kind == "kpi.revised" else set())
        assert named == own, kind


def test_the_example_has_the_names_that_are_sent(payloads: dict[str, dict[str, Any]]) -> None:
    sent = payloads["decision.made"]
    assert list(EXAMPLE) == list(sent)
    assert set(EXAMPLE["data"]) == set(sent["data"])
    assert EXAMPLE["data"]["by"].keys() == sent["data"]["by"].keys()
    assert EXAMPLE["data"]["initiative"] == sent["data"]["initiative"]
