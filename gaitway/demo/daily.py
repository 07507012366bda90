"""What the teams of Brimwell are at just now: tasks on the board, with their notes, points, files and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from gaitway.actions import boards, comments, files, people, points, tasks
from gaitway.models import Initiative, Person, Stage, Task

from .history import INES, JONAS, LUCA, MAYA, NOOR, THEO

AGO = timedelta(hours=3)  # nothing here is newer


@dataclass(frozen=True, slots=True)
class Work:
    """`due` and `moved` are days from today and days ago. `points` that begin with a + are ticked. `said`: who, and what.
    A task of the strategy file is moved, any other is added."""

    initiative: str
    name: str
    owner: str
    due: int | None
    state: str = "to do"
    moved: int = 3
    note: str = ""
    points: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    link: tuple[str, str] | None = None
    estimate: float | None = None


WORK: tuple[Work, ...] = (
    Work("belgium", "Write the playbook for the next market", LUCA, 14, "doing", 9,
         note="What we would do again, and what not. **One page a stage**, numbers first.\n\n"
              "- crawl: what a pilot costs, and how long it took\n- walk: shelves before advertisements\n"
              "- run: the returns desk",
         points=("+Crawl: what the pilot cost", "+Walk: the order of things", "Run: the returns desk", "Ask Maya to read it"),
         said=((MAYA, "The walk chapter is good. Say how many weeks the shelves took, please."),
               (LUCA, "Eleven weeks. I put it in. @Jonas Weber can you check the numbers of the returns desk?"))),
    Work("belgium", "Spring campaign with three zero-waste shops", MAYA, 21, "to do", 12,
         points=("Choose the shops", "Agree on the dates")),
    Work("belgium", "Compare revenue for each order with the home market", NOOR, 4, "doing", 2, estimate=1),
    Work("belgium", "Ask ten customers who stopped ordering", INES, -3, "to do", 16,
         note="Names are in the list of the helpdesk. Ask why, not whether."),
    Work("netherlands", "Plan the stock for run", THEO, 10, "doing", 4, estimate=4,
         points=("+Orders a week by product", "Crates for eight weeks", "Talk to Venlo"),
         said=((THEO, "Forecast of the orders: https://example.com/stock-nl. I take the 80% line, not the median."),)),
    Work("netherlands", "Book the radio spots", MAYA, 25, "waiting", 11,
         said=((MAYA, "The station answers after its board meets. I asked again on Monday."),)),
    Work("netherlands", "Label the parcels for both shop chains", JONAS, 2, "doing", 1),
    Work("austria", "Ask forty first customers how they found us", INES, 5, "doing", 5,
         points=("+Ten calls", "+Twenty calls", "Thirty calls", "Forty calls"), note="26 so far. Most name the newspaper."),
    Work("austria", "Take the delivery time off the first page", LUCA, 0, "to do", 2),
    Work("denmark", "Find a Danish voice for the helpdesk", INES, 12, "waiting", 8,
         said=((INES, "Two good people. @Maya Lindqvist, may we pay them by the hour?"),)),
    Work("denmark", "Test delivery to ten islands", JONAS, 40, "to do", 12),
    Work("france", "Visit the Lille warehouse", JONAS, -14, "waiting", 13,
         said=((JONAS, "They moved the visit twice. I go without an appointment on Thursday."),)),
    Work("france", "Ask the magazines which page was read", MAYA, 3, "doing", 3),
    Work("stations", "Connect the meters", THEO, -70, "doing", 20,
         note="Three of nine send. The others need a card of another network.",
         points=("+Three stations in Cologne", "Three in Bonn", "Three in Aachen"),
         said=((MAYA, "This is a condition of the decision. @Theo Okafor what do you need?"),
               (THEO, "Six cards, 40 EUR. I ordered them yesterday.")),
         link=("https://example.com/meters", "How the meters are connected")),
    Work("stations", "Sign four more shops", MAYA, -5, "doing", 6, points=("+Two shops", "Four shops")),
    Work("sweden", "Photograph the new crate for the shop", MAYA, 1, "to do", 4),
    Work("sweden", "Send thirty lined crates to Kiruna", THEO, 6, "doing", 2),
    Work("portugal", "Count the codes of the laundry posters", INES, -1, "to do", 6),
)  # fmt: skip
DONE: tuple[tuple[str, str, str, int], ...] = (
    ("austria", "Correct the Austrian postage table", NOOR, 1),
    ("belgium", "Move the return address to Antwerp", JONAS, 1),
    ("netherlands", "Answer the Dutch reviews", INES, 0),
    ("sweden", "Measure how cold the crates get", THEO, 0),
)
LIMITS = {"doing": 8, "waiting": 5}


def build(now: datetime) -> None:
    last = now - AGO
    for work in WORK:
        _work(work, last)
    for initiative, name, owner, days in DONE:
        by, at = Person.objects.get(email=owner), last - timedelta(days=days)
        made = tasks.add(_stage(initiative), name, owner=by, by=by, at=at - timedelta(days=2))
        tasks.complete(made, by=by, at=at, on=timezone.localdate(at))
    strategy = Initiative.objects.select_related("strategy").get(key="belgium").strategy
    boards.set_limits(strategy, LIMITS, by=people.terminal(at=last), at=last)


def _work(work: Work, last: datetime) -> None:
    owner, stage = Person.objects.get(email=work.owner), _stage(work.initiative)
    moved = last - timedelta(days=work.moved)
    due = timezone.localdate(last) + timedelta(days=work.due) if work.due is not None else None
    task = Task.objects.filter(stage=stage, name=work.name, retired_at=None).first()
    if task is None:
        by = next(role.person for role in stage.initiative.roles.filter(role="lead"))
        task = tasks.add(stage, work.name, owner=owner, due=due, estimate_days=work.estimate, by=by, at=moved)
    task = Task.objects.select_related("stage", "initiative__strategy", "owner").get(pk=task.pk)
    if work.note:
        tasks.change(task, {"note": work.note}, by=owner, at=moved)
    tasks.move(task, work.state, by=owner, at=moved, on=timezone.localdate(moved))
    for text in work.points:
        item = points.add(task, text.removeprefix("+"), by=owner, at=moved)
        if text.startswith("+"):
            points.tick(item, by=owner, at=last, on=timezone.localdate(last))
    for number, (who, text) in enumerate(work.said):
        by = Person.objects.get(email=who)
        comments.add(task, text, by=by, at=last - timedelta(hours=20 - 3 * number))
    if work.link:
        files.link(task.initiative, *work.link, by=owner, at=moved, task=task)


def _stage(initiative: str) -> Stage:
    """In which it is."""
    found = Initiative.objects.get(key=initiative)
    return Stage.objects.select_related("initiative__strategy").get(initiative=found, key=found.stage_key)
