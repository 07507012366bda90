"""Who may record numbers of a KPI: whoever answers for it."""

from __future__ import annotations

import pytest

from gaitway.actions import people
from gaitway.models import Kpi, Person
from gaitway.queries import rights
from tests.world import AT, World

BOTH = ["conversion", "orders"]


@pytest.mark.parametrize(
    ("who", "kpis"),
    [("sofia", BOTH), ("luca", BOTH), ("theo", []), ("nadia", []), ("admin", BOTH)],
)
def test_sponsors_and_leads_of_what_reads_it(world: World, who: str, kpis: list[str]) -> None:
    person = getattr(world, who)
    assert sorted(rights.recordable(person, Kpi.objects.all()).values_list("key", flat=True)) == kpis
    assert sorted(kpi.key for kpi in Kpi.objects.all() if rights.may_record(person, kpi)) == kpis


def test_its_owner_and_a_strategist(world: World) -> None:
    Kpi.objects.filter(pk=world.orders.pk).update(owner=world.theo)
    world.orders.refresh_from_db()
    assert rights.may_record(world.theo, world.orders)
    assert not rights.may_record(world.theo, world.conversion)
    ada = people.invite("ada@example.com", access=Person.Access.STRATEGIST, by=world.admin, at=AT)
    assert rights.may_record(ada, world.conversion)


def test_who_was_removed_records_nothing(world: World) -> None:
    Person.objects.filter(pk=world.sofia.pk).update(is_active=False)
    world.sofia.refresh_from_db()
    assert not rights.may_record(world.sofia, world.orders)
