"""Gates that several people decide, conditions that lapse, decisions that are put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gaitway.actions import Conflict, NotAllowed, Refused, decisions, gates, people, strategies
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Condition, Decision, Event, Person, Stage, Vote
from gaitway.queries import audit, reviews, rights
from tests.world import AT, STRATEGY, TODAY, World, document

GATES = """  gates: {crawl: sponsor and finance, walk: 2 of board}
  groups:
    finance: [fay@example.com, sofia@example.com]
    board: [fay@example.com, ben@example.com, bo@example.com]
"""
SHARED = STRATEGY.replace(
    "strategy: {key: north, name: Enter the north, period: 2026-01-01/2027-12-31}\n",
    f"strategy:\n  key: north\n  name: Enter the north\n  period: 2026-01-01/2027-12-31\n{GATES}",
)


@pytest.fixture
def shared(world: World) -> World:
    """Crawl is left by the sponsor and somebody of finance, to which the sponsor belongs too; walk by two of the board."""
    strategies.apply(document(SHARED), by=world.admin, at=AT, today=TODAY)
    return world


def who(name: str) -> Person:
    return Person.objects.get(email=f"{name}@example.com")


def vote(stage: Stage, name: str, choice: str = "go", **more: object) -> Decision | Vote:
    said = {"reason": f"{name} says so.", "at": AT, "effective_on": TODAY} | more
    return decisions.decide(stage, choice, by=who(name), **said)  # type: ignore[arg-type]


def test_it_is_decided_when_all_want_the_same(shared: World) -> None:
    first = vote(shared.crawl, "sofia")
    assert isinstance(first, Vote)
    shared.norway.refresh_from_db()
    assert (shared.norway.stage_key, Decision.objects.count()) == ("crawl", 0)
    made = vote(shared.crawl, "fay")
    assert isinstance(made, Decision)
    shared.norway.refresh_from_db()
    assert shared.norway.stage_key == "walk"
    assert made.reason == "Sofia Marino: sofia says so.\nFay: fay says so."
    assert made.by == who("fay")


def test_who_belongs_to_two_parties_counts_once(shared: World) -> None:
    vote(shared.crawl, "sofia")
    assert isinstance(vote(shared.crawl, "sofia"), Vote)
    assert not Decision.objects.exists()


def test_who_thinks_again_votes_again(shared: World) -> None:
    vote(shared.crawl, "sofia", "hold")
    vote(shared.crawl, "fay", "go")
    assert not Decision.objects.exists()
    made = vote(shared.crawl, "sofia", "go")
    assert isinstance(made, Decision)
    assert Vote.objects.count() == 3


@pytest.mark.parametrize("name", ["luca", "theo", "nadia", "ben"])
def test_whom_the_rule_does_not_name_is_refused(shared: World, name: str) -> None:
    with pytest.raises(NotAllowed, match="Only sponsor and finance can decide"):
        vote(shared.crawl, name)
    assert not Vote.objects.exists()


def test_an_administrator_alone_can_not_pass_over_several(shared: World) -> None:
    with pytest.raises(NotAllowed):
        decisions.decide(shared.crawl, "go", reason="I may.", by=shared.admin, at=AT, effective_on=TODAY)


def test_a_vote_of_an_earlier_round_counts_no_more(shared: World) -> None:
    vote(shared.crawl, "sofia", "hold")
    vote(shared.crawl, "fay", "hold")
    assert Decision.objects.get().choice == "hold"
    assert isinstance(vote(shared.crawl, "fay", "hold"), Vote)
    assert Decision.objects.count() == 1


def test_two_of_three_are_enough(shared: World) -> None:
    vote(shared.crawl, "sofia")
    vote(shared.crawl, "fay")
    walk = Stage.objects.get(initiative=shared.norway, key="walk")
    assert isinstance(vote(walk, "ben", "stop"), Vote)
    assert isinstance(vote(walk, "bo", "stop"), Decision)
    shared.norway.refresh_from_db()
    assert shared.norway.state == "stopped"


def test_conditions_of_all_are_asked_for_by_the_earliest_day(shared: World) -> None:
    late, early = TODAY + timedelta(days=30), TODAY + timedelta(days=10)
    vote(shared.crawl, "sofia", "conditional go", conditions="Hire two\nAgree prices", due=late)
    made = vote(shared.crawl, "fay", "conditional go", conditions="Agree prices\nNo more than 5,000 EUR", due=early)
    assert [each.text for each in Condition.objects.all()] == ["Hire two", "Agree prices", "No more than 5,000 EUR"]
    assert made.due == early


def test_the_page_says_whose_voice_is_needed(shared: World) -> None:
    vote(shared.crawl, "fay")
    page = reviews.page(shared.sofia, "north/norway/crawl", TODAY)
    assert (page.rule, page.can_decide, page.needed) == ("sponsor and finance", True, {"go": ["sponsor"]})
    assert [each.by for each in page.votes] == [who("fay")]
    assert {each.email for each in page.voters} == {"sofia@example.com", "fay@example.com"}


def test_whom_it_is_restricted_from_is_not_asked(shared: World) -> None:
    crawl = Stage.objects.select_related("initiative__strategy").get(initiative=shared.iceland, key="crawl")
    assert [each.email for each in rights.voters(crawl)] == ["sofia@example.com"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("crawl: sponsor and finance", "crawl: sponsor and legal", "there is no group 'legal'"),
        ("crawl: sponsor and finance", "crawl: sponsor or finance", "no rule like"),
        ("crawl: sponsor and finance", "sprint: sponsor", "there is no stage 'sprint'"),
        ("walk: 2 of board", "walk: 4 of board", "board has 3 people, not 4"),
        ("walk: {dates", "walk: {policy: automatic, dates", "it can't be left automatically"),
        (
            "finance: [fay@example.com, sofia@example.com]",
            "sponsor: [fay@example.com]",
            "is the one of each initiative",
        ),
    ],
)
def test_a_rule_that_can_not_be_kept_is_refused(world: World, old: str, new: str, said: str) -> None:
    assert old in SHARED
    with pytest.raises(StrategyFileError, match=said):
        strategies.plan(document(SHARED.replace(old, new)))


def test_applying_it_again_changes_nothing(shared: World) -> None:
    assert strategies.plan(document(SHARED)).changes == ()


# Conditions.


@pytest.fixture
def conditional(world: World) -> World:
    due = TODAY + timedelta(days=7)
    vote(world.crawl, "sofia", "conditional go", conditions="Agree prices\n\n Hire two ", due=due)
    return world


def judged(world: World, days: int) -> str:
    stage = Stage.objects.get(initiative=world.norway, key="walk")
    made = gates.evaluate(stage, through=TODAY + timedelta(days=days), by=world.admin, at=AT + timedelta(days=days))
    assert made
    return made.proposal


def test_a_condition_that_lapses_reopens_the_question(conditional: World) -> None:
    assert judged(conditional, 7) == ""
    assert judged(conditional, 8) == "back"
    told = Event.objects.filter(kind=Event.Kind.VERDICT).latest("number")
    assert told.data["lapsed"] == ["Agree prices", "Hire two"]


def test_one_that_is_kept_does_not(conditional: World) -> None:
    for condition in Condition.objects.all():
        decisions.fulfil(condition, by=conditional.luca, at=AT, on=TODAY + timedelta(days=7))
    assert judged(conditional, 9) == ""


def test_one_that_is_kept_too_late_closes_it_again(conditional: World) -> None:
    assert judged(conditional, 8) == "back"
    for condition in Condition.objects.all():
        decisions.fulfil(condition, by=conditional.luca, at=AT, on=TODAY + timedelta(days=9))
    assert judged(conditional, 9) == ""


def test_a_decision_that_came_since_settles_it(conditional: World) -> None:
    assert judged(conditional, 8) == "back"
    walk = Stage.objects.get(initiative=conditional.norway, key="walk")
    vote(walk, "sofia", "hold", effective_on=TODAY + timedelta(days=9))
    assert judged(conditional, 10) == ""


def test_only_those_who_work_on_it_say_that_it_is_kept(conditional: World) -> None:
    condition = Condition.objects.all()[0]
    with pytest.raises(NotAllowed):
        decisions.fulfil(condition, by=conditional.nadia, at=AT, on=TODAY)
    decisions.fulfil(condition, by=conditional.theo, at=AT, on=TODAY)
    decisions.fulfil(condition, by=conditional.theo, at=AT, on=TODAY)
    assert Event.objects.filter(kind=Event.Kind.FULFILLED).count() == 1


# Putting right.


def test_a_decision_is_put_right_and_stays(world: World) -> None:
    old = vote(world.crawl, "sofia", "hold")
    assert isinstance(old, Decision)
    made = decisions.supersede(old, reason="Because of the prices.", by=world.sofia, at=AT)
    old.refresh_from_db()
    assert (old.reason, old.superseded_by, made.choice) == ("sofia says so.", made, "hold")
    assert made.evaluation == old.evaluation
    world.norway.refresh_from_db()
    assert world.norway.stage_key == "crawl"
    assert audit.verify().faults == []
    with pytest.raises(Conflict, match="put right already"):
        decisions.supersede(old, reason="Once more.", by=world.sofia, at=AT)


def test_the_conditions_of_the_newer_one_count(conditional: World) -> None:
    first = Condition.objects.get(text="Agree prices")
    decisions.fulfil(first, by=conditional.luca, at=AT, on=TODAY)
    later = TODAY + timedelta(days=20)
    old = Decision.objects.get()
    decisions.supersede(
        old, reason="More time.", conditions="Agree prices\nHire one", due=later, by=conditional.sofia, at=AT
    )
    assert judged(conditional, 8) == ""
    assert judged(conditional, 21) == "back"
    assert Event.objects.filter(kind=Event.Kind.VERDICT).latest("number").data["lapsed"] == ["Hire one"]


def test_who_may_not_decide_may_not_put_right(world: World) -> None:
    old = vote(world.crawl, "sofia", "hold")
    assert isinstance(old, Decision)
    with pytest.raises(NotAllowed):
        decisions.supersede(old, reason="Mine.", by=world.luca, at=AT)
    with pytest.raises(Refused, match="needs its reason"):
        decisions.supersede(old, reason=" ", by=world.sofia, at=AT)


def test_people_of_a_group_are_made(shared: World) -> None:
    assert people.invite("fay@example.com", by=shared.admin, at=AT).pk == who("fay").pk
