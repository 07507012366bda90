"""Who may reach what: every address × every actor × every verb, read from the URL resolver, so that a new address
without a line here fails. A foreign thing answers like an absent one, byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from gaitway.actions import channels, events, people, tokens, uploads
from gaitway.models import (
    Channel,
    ChecklistItem,
    Decision,
    Event,
    Initiative,
    Notice,
    Person,
    Source,
    Stage,
    Task,
    Token,
    Upload,
)
from gaitway.web import signin
from gaitway.web.live import hub
from tests.world import AT, World

SIGN_IN, OK, GONE, NO, WRONG_VERB, AWAY, AGAIN = "sign in", 200, 404, 403, 405, 302, 422
ACTORS = ("anonymous", "removed", "nadia", "theo", "luca", "sofia", "admin")


@dataclass(frozen=True)
class Row:
    """What GET and POST answer, in the order of ACTORS, on one's own things, on a restricted initiative that only
    Sofia may see (foreign), and on things that don't exist (always 404 for those who are in)."""

    get: tuple[object, ...]
    post: tuple[object, ...]
    foreign: bool = False  # also asked for the restricted initiative


def each(nadia: object, theo: object, luca: object, sofia: object, admin: object) -> tuple[object, ...]:
    return (SIGN_IN, SIGN_IN, nadia, theo, luca, sofia, admin)


OPEN, NEVER = each(OK, OK, OK, OK, OK), each(*[WRONG_VERB] * 5)
SEEN = each(GONE, OK, OK, OK, OK)
TABLE = {
    "portfolio": Row(OPEN, NEVER),
    "initiative": Row(SEEN, NEVER, foreign=True),
    "gate": Row(SEEN, each(GONE, AGAIN, AGAIN, AGAIN, AGAIN), foreign=True),
    "approve": Row(NEVER, each(GONE, NO, NO, NO, NO), foreign=True),
    "kpis": Row(OPEN, NEVER),
    "grid": Row(OPEN, each(*[AWAY] * 5)),
    "grid_undo": Row(NEVER, each(*[AWAY] * 5)),
    "uploads": Row(OPEN, each(*[AGAIN] * 5)),
    "upload": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, OK, GONE)),
    "upload_check": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_import": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_undo": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "kpi": Row(SEEN, NEVER),
    "reset_limits": Row(NEVER, each(GONE, AGAIN, AGAIN, AGAIN, AGAIN)),
    "inbox": Row(OPEN, NEVER),
    "notice_done": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "notices_done": Row(NEVER, each(*[AWAY] * 5)),
    "notice_later": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "channels": Row(each(NO, NO, NO, NO, OK), each(NO, NO, NO, NO, AGAIN)),
    "channel_test": Row(NEVER, each(NO, NO, NO, NO, AWAY)),
    "channel_rotate": Row(NEVER, each(NO, NO, NO, NO, OK)),
    "channel_forget": Row(NEVER, each(NO, NO, NO, NO, AWAY)),
    "channel_end": Row(NEVER, each(NO, NO, NO, NO, AWAY)),
    "deliveries_retry": Row(NEVER, each(NO, NO, NO, NO, AWAY)),
    "feed": Row(OPEN, NEVER),
    "sources": Row(OPEN, NEVER),
    "pull_source": Row(NEVER, each(GONE, NO, NO, NO, AWAY)),
    "cancel_source": Row(NEVER, each(GONE, NO, NO, NO, AWAY)),
    "live": Row(OPEN, NEVER),
    "task_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY), foreign=True),
    "item_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY), foreign=True),
    "display": Row(NEVER, each(AWAY, AWAY, AWAY, AWAY, AWAY)),
    "preferences": Row(OPEN, each(*[AGAIN] * 5)),
    "follow": Row(NEVER, each(*[GONE] * 5)),
    "unsubscribe": Row((GONE,) * 7, (GONE,) * 7),
    "tokens": Row(OPEN, each(*[AGAIN] * 5)),
    "token_end": Row(NEVER, each(GONE, GONE, GONE, AWAY, AWAY)),
    "login": Row((OK, OK, AWAY, AWAY, AWAY, AWAY, AWAY), (OK, OK, AWAY, AWAY, AWAY, AWAY, AWAY)),
    "enter": Row((GONE,) * 7, (GONE,) * 7),
    "demo": Row((GONE,) * 7, (WRONG_VERB,) * 7),
    "logout": Row(each(*[WRONG_VERB] * 5), each(*[AWAY] * 5)),
}
NAMES = [pattern.name for pattern in get_resolver().url_patterns]


def argument(world: World, name: str, which: str) -> list[object]:
    initiative = {"own": "norway", "foreign": "iceland", "absent": "nowhere"}[which]
    rows = Initiative.objects.filter(key=initiative)
    match name:
        case "initiative":
            return [f"north/{initiative}"]
        case "gate" | "approve":
            return [f"north/{initiative}/crawl"]
        case "kpi" | "reset_limits":
            return ["north/orders" if which == "own" else "north/nothing"]
        case "task_done":
            return [first(Task.objects.filter(initiative__in=rows))]
        case "item_done":
            return [first(ChecklistItem.objects.filter(stage__initiative__in=rows))]
        case "pull_source" | "cancel_source":
            return [Source.objects.get().pk if which == "own" else 999_999]
        case "upload" | "upload_check" | "upload_import" | "upload_undo":
            return [first(Upload.objects.filter(person=world.sofia))]
        case "channel_test" | "channel_rotate" | "channel_forget" | "channel_end":
            return [first(Channel.objects.all()) if which == "own" else 999_999]
        case "notice_done" | "notice_later":
            return [first(Notice.objects.filter(person=world.sofia, event__initiative__in=rows))]
        case "token_end":
            return [first(Token.objects.filter(person=world.sofia))]
        case "enter":
            return [world.sofia.pk, "no-token"]
        case "demo" | "unsubscribe":
            return ["no-token"]
    return []


def first(rows: object) -> int:
    found = rows.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return 999_999 if found is None else found


@pytest.fixture
def house(world: World) -> World:
    stage = Stage.objects.get(initiative=world.iceland, key="crawl")
    Task.objects.create(initiative=world.iceland, stage=stage, name="Secret task")
    ChecklistItem.objects.create(stage=stage, text="Secret item")
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    Notice.objects.create(event=event, person=world.sofia, level=Notice.Level.FOLLOW, delivered_at=AT)
    channels.add("webhook", name="x", address="https://10.1.2.3/", groups=["gates"], by=people.terminal(at=AT), at=AT)
    tokens.make(world.sofia, name="x", scopes=["read"], by=world.sofia, at=AT)
    mapping = {"roles": ["period", "kpi:orders"], "kpi": "", "order": "day", "decimal": "."}
    uploads.start(world.strategy, "", ["Week", "Orders"], [["2026-02-23", "7"]], mapping, by=world.sofia, at=AT)
    removed = people.invite("removed@example.com", by=world.admin, at=AT)
    Person.objects.filter(pk=removed.pk).update(is_active=False)
    people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    return world


def client(actor: str) -> Client:
    made = Client()
    if actor != "anonymous":
        email = {"admin": "root@example.com"}.get(actor, f"{actor}@example.com")
        made.force_login(Person.objects.get(email=email))
    return made


def answer(response: object) -> object:
    if response.streaming:  # type: ignore[attr-defined]
        for each in hub.listeners:
            each.tell(over=True)  # it would go on
        assert b"".join(response).startswith(b"retry:")  # type: ignore[call-overload]
    status, target = response.status_code, response.headers.get("Location", "")  # type: ignore[attr-defined]
    return SIGN_IN if status == AWAY and target.startswith("/login/?next=") else status


@pytest.mark.django_db
def test_every_address_has_its_row() -> None:
    assert sorted(NAMES) == sorted(TABLE)


@pytest.mark.slow  # every address for everyone
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_the_matrix(house: World, name: str, actor: str, verb: str) -> None:
    row, place = TABLE[name], ACTORS.index(actor)
    wanted = (row.get if verb == "get" else row.post)[place]
    browser = client(actor)
    own = getattr(browser, verb)(reverse(name, args=argument(house, name, "own")))
    assert answer(own) == wanted
    if row.foreign:
        foreign = getattr(browser, verb)(reverse(name, args=argument(house, name, "foreign")))
        absent = getattr(browser, verb)(reverse(name, args=argument(house, name, "absent")))
        if actor in ("nadia", "theo", "luca"):  # not in its circle, though members see the rest
            assert answer(foreign) == answer(absent)
            assert bare(foreign.content) == bare(absent.content)
        if actor in ("sofia", "admin"):
            assert answer(foreign) != GONE
        assert answer(absent) in (GONE, SIGN_IN, WRONG_VERB)


def bare(page: bytes) -> bytes:
    """Without what differs from one answer to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


@pytest.mark.parametrize("actor", ["nadia", "theo", "luca"])
@pytest.mark.parametrize("name", ["portfolio", "feed", "kpis", "inbox", "sources"])
def test_lists_never_name_what_is_restricted(house: World, actor: str, name: str) -> None:
    assert b"Iceland" not in client(actor).get(reverse(name)).content


def test_nadia_sees_nothing(house: World) -> None:
    for name in ("portfolio", "feed", "kpis", "inbox", "sources"):
        page = client("nadia").get(reverse(name)).content
        assert b"Norway" not in page
        assert b"Orders" not in page


@pytest.mark.parametrize("who", ["theo", "luca"])
def test_who_may_not_decide_is_refused(house: World, who: str) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client(who).post(reverse("gate", args=["north/norway/crawl"]), form)
    assert response.status_code == NO
    assert not Decision.objects.exists()


def test_the_sponsor_decides_on_the_page(house: World) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client("sofia").post(reverse("gate", args=["north/norway/crawl"]), form)
    assert (response.status_code, response.headers["Location"]) == (302, "/initiatives/north/norway/")
    assert Decision.objects.get().by == house.sofia


def test_a_link_signs_in_once(house: World) -> None:
    path = reverse("enter", args=[house.theo.pk, signin.tokens.make_token(house.theo)])
    browser = Client()
    assert browser.get(path).status_code == OK
    assert browser.post(path).status_code == AWAY
    assert browser.get("/").status_code == OK
    assert Client().get(path).status_code == GONE


def test_a_form_without_its_token_is_refused(house: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.sofia)
    assert browser.post(reverse("display"), {"theme": "dark"}).status_code == NO
