"""What was said last, what is due for whom, and where a person and the evidence disagree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gaitway.actions import checkins as said
from gaitway.actions import people
from gaitway.engine.checkins import Agreement
from gaitway.models import CheckIn, Initiative, Kpi, Person, Role, Stage
from gaitway.queries import cards, checkins, digest, events, status
from gaitway.queries.words import checkins as words
from tests.world import AT, TODAY, World

DAY = timedelta(days=1)
Counted = Callable[..., object]


@pytest.fixture(autouse=True)
def weekly(world: World) -> None:
    Stage.objects.filter(initiative=world.norway).update(check_in="week")


def say(world: World, initiative: Initiative, on: date, outlook: str = "on track", by: Person | None = None) -> CheckIn:
    who = by or world.sofia
    return said.record(initiative, outlook=outlook, difficulties="Hard.", on=on, by=who, at=AT)


def test_the_newest_is_the_one_that_speaks_of_the_newest_day(world: World, django_assert_num_queries: Counted) -> None:
    today = say(world, world.norway, TODAY)
    say(world, world.norway, TODAY - DAY, "off track")  # kept on a telephone, and sent later
    secret = say(world, world.iceland, TODAY)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        found = checkins.latest([world.norway, world.iceland.pk])
        assert {pk: (each, each.by.name) for pk, each in found.items()} == {
            world.norway.pk: (today, "Sofia Marino"), world.iceland.pk: (secret, "Sofia Marino"),
        }  # fmt: skip
    assert checkins.latest([world.norway], until=TODAY - DAY)[world.norway.pk].outlook == "off track"
    assert checkins.latest([]) == {}


@pytest.mark.parametrize(
    ("state", "outlook", "agreement", "sentence"),
    [
        ("at_risk", "on track", Agreement.BETTER, "Owner says on track; evidence says at risk"),
        ("on_track", "off track", Agreement.WORSE, "Owner says off track; evidence says on track"),
        ("off_track", "off track", Agreement.AGREES, ""),
        ("no_data", "on track", Agreement.UNKNOWN, "Owner says on track; there is no fresh evidence"),
        ("paused", "on track", Agreement.UNKNOWN, ""),
        ("off_track", "", Agreement.UNKNOWN, ""),
    ],
)
def test_where_a_person_and_the_evidence_disagree_it_is_said(
    state: str, outlook: str, agreement: Agreement, sentence: str
) -> None:
    found = checkins.disagreement(state, outlook)
    assert found == agreement
    assert words.beside(found, state, outlook) == sentence


def test_the_lead_owes_it_and_the_team_may(world: World) -> None:
    """Norway's crawl began on a Monday, eight weeks ago."""
    mine, others = checkins.due(world.luca, TODAY)
    assert [(row.initiative, row.due.on, row.due.missed) for row in mine] == [(world.norway, date(2026, 1, 12), 8)]
    assert others == []
    mine, others = checkins.due(world.theo, TODAY)
    assert (mine, [row.initiative for row in others]) == ([], [world.norway])
    ines = people.invite("ines@example.com", by=world.admin, at=AT)
    for somebody in (world.nadia, ines):
        assert checkins.due(somebody, TODAY) == ([], [])
    say(world, world.norway, TODAY)
    assert checkins.due(world.luca, TODAY) == ([], [])
    assert [row.due.on for row in checkins.ahead(world.luca, TODAY)] == [TODAY + 7 * DAY]


def test_without_a_lead_the_sponsor_owes_it(world: World) -> None:
    Role.objects.filter(initiative=world.norway, role="lead").delete()
    assert [row.initiative for row in checkins.due(world.sofia, TODAY)[0]] == [world.norway]


def test_what_is_restricted_is_found_by_its_people_alone(world: World) -> None:
    say(world, world.iceland, TODAY)
    assert [each.outlook for each in checkins.history(world.sofia, "north/iceland").said] == ["on track"]
    for somebody in (world.luca, world.theo, world.nadia):
        with pytest.raises(Initiative.DoesNotExist):
            checkins.history(somebody, "north/iceland")
        with pytest.raises(Initiative.DoesNotExist):
            checkins.find(somebody, "north/iceland")
        assert all(item.target is None or item.target.name != "Iceland" for item in events.items(events.told(somebody)))


def test_the_history_comes_in_pages_that_hold_still(world: World) -> None:
    for i in range(25):
        say(world, world.norway, TODAY - (i % 5) * DAY)
    first = checkins.history(world.luca, "north/norway")
    assert (len(first.said), first.may) == (20, True)
    say(world, world.norway, TODAY)
    rest = checkins.history(world.luca, "north/norway", first.more or "")
    assert (len(rest.said), rest.more) == (5, None)
    assert len({each.pk for each in first.said + rest.said}) == 25
    days = [each.on for each in first.said + rest.said]
    assert days == sorted(days, reverse=True)


def test_the_card_asks_for_the_number_that_is_owed(world: World) -> None:
    Kpi.objects.filter(pk=world.orders.pk).update(source=None, sql="")
    card = cards.card(world.luca, checkins.find(world.luca, "north/norway"), TODAY)
    assert card.question == "Will the gate to Walk be reached by 29 Mar?"
    (number,) = card.numbers
    assert (number.ref.key, number.period, number.keypad) == ("north/orders", date(2026, 2, 23), True)
    assert number.name == f"{world.orders.pk}:2026-02-23:0"
    assert cards.card(world.theo, checkins.find(world.theo, "north/norway"), TODAY).numbers == []  # not his to enter


def test_the_question_fits_the_stage(world: World) -> None:
    assert words.question("Walk", None, TODAY) == "Will the gate to Walk be reached in time?"
    assert words.question("Walk", TODAY - DAY, TODAY).startswith("The gate to Walk was due on")
    assert words.question("", TODAY, TODAY).startswith("Will it be finished by")
    card = cards.card(world.sofia, checkins.find(world.sofia, "north/iceland"), TODAY)
    assert card.question == "Does Iceland go as it should?"


def test_many_cards_cost_as_many_questions_as_one(world: World, django_assert_max_num_queries: Counted) -> None:
    for i in range(12):
        copy = Initiative.objects.get(pk=world.norway.pk)
        copy.pk, copy.key, copy.name = None, f"copy{i}", f"Copy {i}"
        copy.save()
        stage = Stage.objects.get(pk=world.crawl.pk)
        stage.pk, stage.initiative = None, copy
        stage.save()
        stage.kpis.set([world.orders])
        Role.objects.create(initiative=copy, person=world.luca, role="lead")
    Kpi.objects.filter(pk=world.orders.pk).update(source=None, sql="")
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        mine, _others = checkins.due(world.luca, TODAY)
        made = cards.cards(world.luca, [row.initiative for row in mine], {}, TODAY)
    assert len(made) == 13


def test_a_week_and_a_list_name_what_is_due_and_what_was_said(world: World) -> None:
    owed = [each.text for each in digest.digest(world.luca, AT).owed]
    assert owed[0] == "a check-in is due since 12 Jan"
    say(world, world.norway, TODAY, "at risk", by=world.luca)
    assert digest.digest(world.luca, AT).owed == []
    rows = {row.key: row.outlook for row in status.rows(world.luca, TODAY)}
    assert rows == {"norway": "at risk"}
