"""A person's week, and the mail that it becomes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from gaitway.actions import decisions, deliveries, observations, preferences, views
from gaitway.models import Delivery, Initiative, Task
from gaitway.notices import digest as edge
from gaitway.notices.base import Unwanted
from gaitway.queries import digest as asked
from gaitway.work import delivering, loop
from tests.mailserver import Post
from tests.work.test_loop import WEEKS, deliver
from tests.world import AT, TODAY, World


def names(changes: list[asked.Change]) -> list[str]:
    return [f"{each.target.name}: {each.text}" for each in changes]


def work() -> None:
    loop.drain("w", lambda: AT, tick=False)


def test_what_waits_for_the_sponsor_comes_first(world: World) -> None:
    deliver(world)
    work()
    week = asked.digest(world.sofia, AT)
    assert [(each.gate, each.met, each.total) for each in week.decide] == [("north/norway/crawl", 1, 1)]
    assert week.sentence.startswith("1 decision waits for you. Of 2 initiatives")
    assert names(week.good) == ["Norway: the trigger is met"]


def test_what_was_decided_moved(world: World) -> None:
    deliver(world)
    work()
    decisions.decide(world.crawl, "go", reason="Six a week.", by=world.sofia, at=AT, effective_on=TODAY)
    week = asked.digest(world.theo, AT)
    assert [(item.text, item.quote) for item in week.moved if item.kind == "decision"] == [
        ("decided to move on from Crawl:", "Six a week.")
    ]
    assert asked.digest(world.theo, AT + timedelta(days=8)).moved == []


def test_what_one_has_to_do_within_a_week_is_told_to_its_owner(world: World) -> None:
    Task.objects.update(due=TODAY + timedelta(days=3))
    assert names(asked.digest(world.theo, AT).owed) == ["Translate the catalogue: Norway: due 5 Mar"]
    assert asked.digest(world.luca, AT).owed == []


def test_a_kpi_is_named_only_where_it_really_changed(world: World) -> None:
    values = [6, 7, 5, 6, 7, 6, 5, 7]
    observations.record(
        world.orders, {day: (value, 1.0) for day, value in zip(WEEKS, values, strict=True)}, by=world.admin, at=AT
    )  # type: ignore[arg-type]
    week = asked.digest(world.luca, AT)
    assert [each for each in (*week.good, *week.hard) if each.target.kind == "kpi"] == []
    observations.record(world.orders, {WEEKS[-1]: (30, 1.0)}, by=world.admin, at=AT)
    assert [each.target.name for each in asked.digest(world.luca, AT).good] == ["Orders per week"]


def test_what_went_quiet_is_no_success(world: World) -> None:
    week = asked.digest(world.luca, AT)
    assert "Orders per week: no data yet" in names(week.quiet)
    assert week.good == []


@pytest.mark.parametrize("who", ["nadia", "theo", "luca"])
def test_what_is_restricted_is_in_nobodys_week_but_its_peoples(world: World, who: str) -> None:
    person = getattr(world, who)
    preferences.follow(world.iceland, by=person, at=AT)
    preferences.follow(world.iceland.objective, by=person, at=AT)
    try:
        mail = edge.mail(person, AT)
    except Unwanted:
        assert who == "nadia"
    else:
        assert "Iceland" not in mail.text + mail.html + mail.subject


def test_nadia_has_no_week(world: World) -> None:
    deliver(world)
    work()
    assert asked.digest(world.nadia, AT).empty


def test_who_follows_an_initiative_has_it_in_the_week(world: World) -> None:
    Initiative.objects.filter(pk=world.norway.pk).get().roles.filter(person=world.theo).delete()
    assert asked.digest(world.theo, AT).quiet == []
    preferences.follow(world.norway, by=world.theo, at=AT)
    assert "Orders per week: no data yet" in names(asked.digest(world.theo, AT).quiet)


# On its way -----------------------------------------------------------------------------------------------------------


def tick(at: datetime) -> None:
    delivering.ask_for_due(at)
    loop.drain("w", lambda: at, tick=False)


def test_it_comes_once_on_the_chosen_morning(world: World, post: Post) -> None:
    deliver(world)
    loop.drain("w", lambda: AT - timedelta(days=1), tick=False)
    night = AT.replace(hour=6)
    tick(night)
    assert not Delivery.objects.filter(event=None).exists()
    for hour in (7, 8, 23):
        tick(AT.replace(hour=hour))
    assert sorted(post.to) == ["luca@example.com", "sofia@example.com", "theo@example.com"]
    nadia = Delivery.objects.get(person=world.nadia)
    assert (nadia.status, nadia.fault) == ("dropped", "There was nothing to tell.")
    week = next(i for i, mail in enumerate(post.came) if mail["To"] == "luca@example.com")
    assert post.came[week]["Subject"].startswith("Your week")
    assert post.came[week]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://gaitway.example.com/" in post.text(week)


def test_another_day_or_none(world: World, post: Post) -> None:
    levels = dict.fromkeys(("gates", "decisions", "plans"), "follow")
    for person, day in ((world.luca, 1), (world.theo, None)):
        preferences.put(person, levels=levels, mail_needs="off", mail_follow="digest", digest_day=day, by=person, at=AT)
    tick(AT)
    assert {d.person for d in Delivery.objects.select_related("person")} == {world.sofia, world.nadia}
    tick(AT + timedelta(days=1))
    assert {d.person for d in Delivery.objects.filter(asked_at__gt=AT)} == {world.luca}


def test_a_worker_that_is_killed_makes_no_second_one(world: World, post: Post) -> None:
    """It died after it had asked for the digests, and before anything was sent; another one asks again."""
    for _ in range(3):
        delivering.ask_for_due(AT)
    deliveries.wake(at=AT)
    assert Delivery.objects.filter(person=world.sofia, event=None).count() == 1


def test_the_links_decide_nothing(world: World, post: Post) -> None:
    from django.test import Client

    deliver(world)
    work()
    with override_settings(ADDRESS="http://testserver"):
        mail = edge.mail(world.sofia, AT)
    links = {line.split(": ")[1] for line in mail.text.splitlines() if line.strip().startswith("Decide: ")}
    assert links == {"http://testserver/gates/north/norway/crawl/"}
    for link in links:
        assert Client().get(link).headers["Location"].startswith("/login/?next=/gates/")
    assert world.crawl.initiative.stage_key == "crawl"


def test_a_view_that_one_subscribed_stands_in_it_with_its_worst_rows(world: World) -> None:
    for page, name, query in (("portfolio", "Ours", "sort=-name&group=area"), ("board", "My tasks", "show=mine")):
        kept = views.save(name=name, page=page, query=query, scope="mine", by=world.theo, at=AT)
        views.subscribe(kept, True, by=world.theo, at=AT)
    week = asked.digest(world.theo, AT)
    found = {kept.view.name: (kept.count, [each.target.name for each in kept.worst]) for kept in week.views}
    assert found == {"Ours": (1, ["Norway"]), "My tasks": (None, [])}
    mail = edge.mail(world.theo, AT)
    for text in (mail.text, mail.html):
        assert "Ours" in text or "OURS" in text
        assert "Norway" in text
        assert "/board/?show=mine" in text
        assert "Iceland" not in text
    assert asked.digest(world.luca, AT).views == []
