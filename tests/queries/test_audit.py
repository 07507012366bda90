"""Whoever changes the past is found: every planted edit, of 200."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from gaitway.actions import decisions, people, tasks
from gaitway.lib import chain
from gaitway.models import Decision, Evaluation, Event, Head, Task, appendonly
from gaitway.queries import audit
from gaitway.queries.audit import Sought
from tests.web.norway import judged
from tests.world import AT, TODAY, World

EDITS = 200


@pytest.fixture
def past(world: World) -> World:
    """Some thirty entries, a decision among them."""
    judged(world, [7.0] * 8)
    task = Task.objects.get()
    for _ in range(8):
        tasks.complete(task, by=world.theo, at=AT, on=TODAY)
        tasks.reopen(task, by=world.luca, at=AT)
    decisions.decide(world.crawl, "hold", reason="Too early.", by=world.sofia, at=AT, effective_on=TODAY)
    people.rename(world.theo, "Théo Okafor", by=world.admin, at=AT)
    return world


@pytest.fixture
def unguarded(past: World) -> Iterator[None]:
    """The triggers of the database are away: the chain stands alone."""
    appendonly.release(None, connection.schema_editor())
    yield
    appendonly.protect(None, connection.schema_editor())


def test_what_nobody_touched_is_whole(past: World) -> None:
    checked = audit.verify()
    assert checked.faults == []
    assert checked.entries == Event.objects.count() >= 20
    assert checked.head == audit.head()
    assert audit.verify([audit.head()]).faults == []


def test_entries_are_numbered_without_a_gap(past: World) -> None:
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == [
        *range(1, Event.objects.count() + 1)
    ]


def test_an_entry_that_comes_to_nothing_leaves_no_gap(past: World) -> None:
    with transaction.atomic():
        people.rename(past.theo, "Nobody", by=past.admin, at=AT)
        transaction.set_rollback(True)
    people.rename(past.theo, "Theo", by=past.admin, at=AT)
    assert audit.verify().faults == []


def a_field(dice: random.Random) -> None:
    event = dice.choice(list(Event.objects.all()))
    other = dice.choice(list(Event.objects.exclude(by=event.by)))
    changes: list[dict[str, object]] = [
        {"kind": Event.Kind.APPROVAL if event.kind != Event.Kind.APPROVAL else Event.Kind.CHECKED},
        {"by": other.by},
        {"at": event.at.replace(microsecond=event.at.microsecond + 1)},
        {"data": {**event.data, "reason": f"Forged {dice.random()}"}},
        {"request": "another"},
        {"behalf": other.by},
        {"digest": f"{dice.getrandbits(256):064x}"},
    ]
    Event.objects.filter(pk=event.pk).update(**dice.choice(changes))


def a_letter_of_the_data(dice: random.Random) -> None:
    event = dice.choice([e for e in Event.objects.all() if e.data])
    text = json.dumps(event.data)
    letters = [
        i
        for i, letter in enumerate(text)
        if letter.isalpha() and text[i - 1] not in "\\" and letter not in "nulltruefalse"
    ]
    at = dice.choice(letters)
    Event.objects.filter(pk=event.pk).update(
        data=json.loads(text[:at] + "x" * (text[at] != "x") + "y" * (text[at] == "x") + text[at + 1 :])
    )


def one_gone(dice: random.Random) -> None:
    Event.objects.filter(pk=dice.choice(list(Event.objects.values_list("pk", flat=True)))).delete()


def the_end_cut_off(dice: random.Random) -> None:
    newest = Event.objects.order_by("-number")[: dice.randint(1, 5)]
    Event.objects.filter(pk__in=[event.pk for event in newest]).delete()


def one_more(dice: random.Random) -> None:
    last = Event.objects.order_by("-number").first()
    assert last
    Event.objects.create(
        number=last.number + 1, kind=last.kind, by=last.by, at=last.at, data={"dice": dice.random()}, digest=last.digest
    )


def two_changed_places(dice: random.Random) -> None:
    one, other = dice.sample(list(Event.objects.all()), 2)
    Event.objects.filter(pk=one.pk).update(number=10_000)
    Event.objects.filter(pk=other.pk).update(number=one.number)
    Event.objects.filter(pk=one.pk).update(number=other.number)


def a_decision(dice: random.Random) -> None:
    changes = [{"reason": "Forged."}, {"choice": "go"}, {"conditions": "Forged."}, {"effective_on": "2026-01-31"}]
    Decision.objects.update(**dice.choice(changes))


def the_evidence_of_a_decision(dice: random.Random) -> None:
    changes = [{"outcome": "met", "stop_outcome": "met"}, {"findings": {}}, {"spec": {"trigger": "orders >= 1"}}]
    Evaluation.objects.filter(decisions__isnull=False).update(**dice.choice(changes))


EVERY: list[Callable[[random.Random], None]] = [
    a_field, a_field, a_letter_of_the_data, one_gone, the_end_cut_off, one_more, two_changed_places, a_decision,
    the_evidence_of_a_decision,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("unguarded")
def test_every_planted_edit_is_found() -> None:
    missed = []
    for seed in range(EDITS):
        dice = random.Random(seed)  # a test's dice
        edit = EVERY[seed % len(EVERY)]
        with transaction.atomic():
            edit(dice)
            if not audit.verify().faults:
                missed.append((seed, edit.__name__))
            transaction.set_rollback(True)
    assert missed == []
    assert audit.verify().faults == []


@pytest.mark.usefixtures("unguarded")
def test_who_writes_the_whole_end_anew_is_found_by_a_head_that_was_kept() -> None:
    known = audit.head()
    last = Event.objects.order_by("-number")[0]
    Event.objects.filter(pk=last.pk).update(data={"person": "Forged"})
    last.refresh_from_db()
    digest = last.seal(Event.objects.get(number=last.number - 1).digest)
    Event.objects.filter(pk=last.pk).update(digest=digest)
    Head.objects.update(digest=digest)
    assert audit.verify().faults == []  # the control: the chain alone knows nothing
    assert audit.verify([known]).faults == [f"entry {last.number} is not the one whose head was kept"]
    assert audit.verify([f"{last.number + 5}:{'0' * 64}"]).faults[0].startswith(f"entry {last.number + 5} is missing")


@pytest.mark.parametrize("who", ["sofia", "luca", "theo", "nadia"])
def test_nobody_but_an_administrator_reads_it(past: World, who: str) -> None:
    assert audit.page(getattr(past, who), Sought()).entries == []
    assert list(audit.export(getattr(past, who), Sought())) == []


def test_it_is_sought_by_kind_person_initiative_day_and_words(past: World) -> None:
    def found(**sought: object) -> list[int]:
        return [entry.number for entry in audit.page(past.admin, Sought(**sought)).entries]  # type: ignore[arg-type]

    decided = Event.objects.get(kind=Event.Kind.DECISION).number
    assert found(kind="decision") == [decided]
    assert decided in found(person="SOFIA@example.com ")
    assert decided in found(initiative="north/norway", first=TODAY, last=TODAY)
    assert decided in found(text="too EARLY")
    assert found(first=TODAY.replace(year=2030)) == []
    assert found(initiative="north/iceland", kind="decision") == []


def test_an_entry_names_what_was_before_and_after(past: World) -> None:
    renamed = Event.objects.get(kind=Event.Kind.RENAMED)
    assert renamed.data == {"person": past.theo.pk, "before": "Theo Okafor", "after": "Théo Okafor"}
    assert renamed.digest != chain.BEGIN
