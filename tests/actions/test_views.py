from __future__ import annotations

import pytest

from gaitway.actions import NotAllowed, Refused, people, views
from gaitway.models import Person, View
from gaitway.queries import views as asked
from tests.world import AT, World


def save(world: World, by: Person, name: str = "Walking", **other: str) -> View:
    said = {"page": "portfolio", "query": "stage=walk", "scope": "mine", **other}
    return views.save(name=name, by=by, at=AT, **said)


def names(viewer: Person) -> list[str]:
    return [tab.name for tab in asked.listed(viewer)]


def test_a_view_keeps_the_question_alone(world: World) -> None:
    view = save(world, world.luca, query="?stage=walk&page=3&peek=north/iceland&q=&columns=state&group=area")
    assert view.query == "group=area&stage=walk"
    bar = asked.bar(world.luca, "portfolio", "stage=walk&group=area&page=2")
    assert (bar.current and bar.current.name, [tab.name for tab in bar.pinned]) == ("Walking", ["Walking"])


def test_the_same_name_gets_the_new_question(world: World) -> None:
    first = save(world, world.luca)
    again = save(world, world.luca, query="stage=run")
    assert (first.pk, again.query) == (again.pk, "stage=run")
    assert View.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"page": "inbox"}, "one of the pages"),
        ({"scope": "world"}, "for one of"),
        ({"name": "  "}, "needs a name"),
        ({"name": "x" * 101}, "at most 100"),
        ({"query": "q=" + "x" * 3000}, "too long"),
    ],
)
def test_what_can_not_be_kept(world: World, said: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        save(world, world.luca, **said)


def test_who_sees_which(world: World) -> None:
    ines = people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)
    for scope in ("mine", "team", "everyone"):
        save(world, world.luca, scope, scope=scope)
    assert sorted(names(world.luca)) == ["everyone", "mine", "team"]
    assert sorted(names(world.theo)) == ["everyone", "team"]
    assert names(ines) == ["everyone"]
    assert names(world.nadia) == []


def test_a_guest_keeps_views_for_itself_alone(world: World) -> None:
    save(world, world.nadia)
    with pytest.raises(Refused, match="for one of mine"):
        save(world, world.nadia, scope="everyone")


def test_only_its_owner_changes_it_and_of_everyone_s_who_sees_everything(world: World) -> None:
    private, public = save(world, world.luca, "a"), save(world, world.luca, "b", scope="everyone")
    for view in (private, public):
        with pytest.raises(NotAllowed, match="somebody else's"):
            views.change(view, name="c", scope="mine", by=world.theo, at=AT)
    with pytest.raises(NotAllowed):
        views.delete(private, by=world.admin, at=AT)
    views.change(public, name="c", scope="mine", by=world.admin, at=AT)
    with pytest.raises(Refused, match="already"):
        views.change(public, name="a", scope="mine", by=world.luca, at=AT)


def test_a_deleted_view_comes_back_with_its_pins(world: World) -> None:
    view = save(world, world.luca, scope="everyone")
    views.subscribe(view, True, by=world.theo, at=AT)
    kept = views.delete(view, by=world.luca, at=AT)
    assert asked.subscribed(world.theo) == []
    with pytest.raises(NotAllowed):
        views.restore(kept, by=world.theo, at=AT)
    views.restore(kept, by=world.luca, at=AT)
    assert [each.name for each in asked.subscribed(world.theo)] == ["Walking"]
    assert [tab.name for tab in asked.pinned(world.luca)] == ["Walking"]


def test_a_page_opens_with_one_view(world: World) -> None:
    first, second = save(world, world.luca, "a", query="stage=walk"), save(world, world.luca, "b", query="stage=run")
    views.open_with(first, True, by=world.luca, at=AT)
    views.open_with(second, True, by=world.luca, at=AT)
    assert asked.bar(world.luca, "portfolio", "").opening == "stage=run"
    assert asked.bar(world.luca, "board", "").opening == asked.bar(world.theo, "portfolio", "").opening == ""
    views.open_with(second, False, by=world.luca, at=AT)
    assert asked.bar(world.luca, "portfolio", "").opening == ""


def test_what_is_no_longer_shared_is_neither_opened_nor_mailed(world: World) -> None:
    view = save(world, world.luca, scope="everyone")
    views.subscribe(view, True, by=world.theo, at=AT)
    views.open_with(view, True, by=world.theo, at=AT)
    views.change(view, name="a", scope="mine", by=world.luca, at=AT)
    assert (asked.bar(world.theo, "portfolio", "").opening, asked.subscribed(world.theo)) == ("", [])
