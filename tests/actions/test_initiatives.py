"""An initiative is put forward, changed, retired and brought back, and whatever it was before can be read and restored."""

from __future__ import annotations

from typing import Any

import pytest

from gaitway.actions import Conflict, NotAllowed, Refused, initiatives, people, strategies
from gaitway.lib.strategyfile.writer import write
from gaitway.models import Area, Event, Initiative, Job, Kpi, Objective, Person
from gaitway.queries import editing
from gaitway.queries import strategies as asked
from tests.world import AT, TODAY, World, document


def add(world: World, name: str = "Sweden", **more: Any) -> Initiative:
    more = {"by": world.sofia, **more}
    return initiatives.add(Objective.objects.get(), name, at=AT, today=TODAY, **more)


def change(world: World, by: Person | None = None, version: str | None = None, **fields: Any) -> Event | None:
    return initiatives.change(world.norway, fields, by=by or world.sofia, at=AT, version=version)


def test_the_owner_of_the_objective_puts_one_forward(world: World) -> None:
    made = add(
        world, "  Sweden & Åland ", hypothesis="They order too.", area="Norway", sponsor=world.sofia, lead=world.luca
    )
    assert (made.key, made.name, made.state, made.hypothesis) == (
        "sweden-aland",
        "Sweden & Åland",
        "proposed",
        "They order too.",
    )
    assert sorted(made.roles.values_list("person__name", "role")) == [
        ("Luca Brandt", "lead"),
        ("Sofia Marino", "sponsor"),
    ]
    assert made.area == Area.objects.get(name="Norway")
    assert Event.objects.filter(initiative=made, kind="initiative added", by=world.sofia).exists()


def test_a_key_is_free_whatever_the_name(world: World) -> None:
    assert [add(world, name).key for name in ("Norway", "Norway", "2027!", "日本")] == [
        "norway-2", "norway-3", "initiative", "initiative-2",
    ]  # fmt: skip
    with pytest.raises(Refused, match="There is an initiative “norway” already"):
        add(world, key="norway")
    with pytest.raises(Refused, match="small letters"):
        add(world, key="No way")


@pytest.mark.parametrize("who", ["luca", "theo", "nadia"])
def test_nobody_else_puts_one_forward(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the owner of the objective"):
        add(world, by=getattr(world, who))
    assert Initiative.objects.count() == 2


def test_a_new_area_and_a_restriction_are_not_theirs(world: World) -> None:
    for more in ({"area": "Mars"}, {"restricted": True}):
        with pytest.raises(NotAllowed, match="strategist"):
            add(world, **more)
    assert add(world, area="Mars", restricted=True, by=world.admin).restricted


def test_a_change_keeps_what_was_before(world: World) -> None:
    event = change(world, by=world.luca, name="Norge", hypothesis="Oslo first.")
    world.norway.refresh_from_db()
    assert (world.norway.name, world.norway.hypothesis) == ("Norge", "Oslo first.")
    assert event is not None
    assert event.data["fields"]["name"] == ["Norway", "Norge"]
    assert change(world, name="Norge ") is None
    assert initiatives.restore(event, by=world.sofia, at=AT) is not None
    world.norway.refresh_from_db()
    assert world.norway.name == "Norway"


@pytest.mark.parametrize("who", ["theo", "nadia"])
def test_who_only_works_there_changes_nothing(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the sponsor or the lead of Norway"):
        change(world, by=getattr(world, who), name="Mine")


def test_who_sees_it_is_said_by_those_who_see_everything(world: World) -> None:
    for fields in ({"area": "Iceland"}, {"restricted": True}):
        with pytest.raises(NotAllowed, match="Who sees it"):
            change(world, **fields)
        assert change(world, by=world.admin, **fields) is not None
    assert change(world, area="Iceland", restricted=True) is None  # as it stands


def test_what_somebody_else_changed_meanwhile_is_said(world: World) -> None:
    whole, mine = editing.version(world.norway), editing.version(world.norway, ["hypothesis"])
    change(world, by=world.luca, name="Norge")
    with pytest.raises(Conflict, match="changed by somebody else"):
        change(world, version=whole, hypothesis="Oslo")
    assert change(world, version=mine, hypothesis="Oslo") is not None  # another field is no conflict


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "x" * 301}, "301 characters"),
        ({"objective": "moon"}, "no objective “moon”"),
        ({"spending": "conversion"}, "no KPI “conversion” that counts money"),
        ({"spending": "orders"}, "counts orders, but a budget is in EUR"),
        ({"needs": ["nowhere"]}, "no initiative “nowhere”"),
        ({"needs": ["norway"]}, "would need Norway itself"),
        ({"state": "finished"}, "has no “state”"),
    ],
)
def test_what_cant_stand_there_is_refused(world: World, fields: dict[str, Any], message: str) -> None:
    before = editing.values(world.norway)
    with pytest.raises(Refused, match=message):
        change(world, **fields)
    assert editing.values(Initiative.objects.get(pk=world.norway.pk)) == before


def test_needs_that_one_may_not_see_stay(world: World) -> None:
    change(world, by=world.admin, needs=["iceland"])
    sweden = add(world)
    change(world, by=world.luca, needs=[sweden.key])
    assert editing.values(world.norway)["needs"] == ["iceland", "sweden"]
    with pytest.raises(Refused, match="no initiative “iceland”"):
        change(world, by=world.luca, needs=["iceland"])
    with pytest.raises(Refused, match="would need Sweden itself"):
        initiatives.change(sweden, {"needs": ["norway"]}, by=world.admin, at=AT)


def test_another_area_reads_its_own_part_of_a_kpi(world: World) -> None:
    area = Area.objects.get_or_create(name="Sweden")[0]
    part = Kpi.objects.create(
        strategy=world.strategy, key="orders__sweden", name="Orders, Sweden", kind="count", cadence="week",
        whole=world.orders, area=area,
    )  # fmt: skip
    change(world, by=world.admin, area="Sweden")
    assert list(world.crawl.kpis.all()) == [part]
    assert Job.objects.filter(key=f"evaluate:{world.crawl.pk}", finished_at=None).exists()


def test_what_is_retired_is_gone_and_comes_back(world: World) -> None:
    for who in (world.sofia, world.luca):
        with pytest.raises(NotAllowed):
            initiatives.retire(world.norway, reason="Over", by=who, at=AT)
    with pytest.raises(Refused, match="Say why"):
        initiatives.retire(world.norway, reason=" ", by=world.admin, at=AT)
    initiatives.retire(world.norway, reason="Over", by=world.admin, at=AT)
    assert not Initiative.objects.current().filter(key="norway").exists()
    with pytest.raises(Refused, match="was retired"):
        change(world, name="x")
    initiatives.bring_back(world.norway, by=world.admin, at=AT)
    assert Initiative.objects.current().filter(key="norway").exists()
    kinds = Event.objects.filter(initiative=world.norway, kind__startswith="initiative").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["initiative retired", "initiative brought back"]


def test_a_file_that_is_exported_after_it_applies_without_a_change(world: World) -> None:
    add(world, sponsor=world.sofia, lead=world.luca)
    change(world, by=world.admin, needs=["sweden"], name="Norge")
    again = strategies.plan(document(write(asked.as_file(world.strategy))))
    assert (again.changes, again.removals) == ((), ())


def test_somebody_who_left_gets_no_role(world: World) -> None:
    gone = people.invite("gone@example.com", by=world.admin, at=AT)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(Refused, match="can't have a role"):
        add(world, sponsor=gone)
