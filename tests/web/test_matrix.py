"""Who may reach what: every address × every actor × every verb, read from the URL resolver, so that a new address
without a line here fails. A foreign thing answers like an absent one, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from gaitway.actions import invitations
from gaitway.models import (
    Area,
    Channel,
    ChecklistItem,
    Condition,
    Decision,
    Delegation,
    Initiative,
    Notice,
    Person,
    Source,
    Task,
    Token,
    Upload,
)
from gaitway.web import signin
from gaitway.web.live import hub
from tests.web.furnished import furnish
from tests.world import World

SIGN_IN, OK, GONE, NO, WRONG_VERB, AWAY, AGAIN = "sign in", 200, 404, 403, 405, 302, 422
ACTORS = ("anonymous", "removed", "nadia", "ines", "theo", "luca", "sofia", "admin")  # Ines is a member without a role


@dataclass(frozen=True)
class Row:
    """What GET and POST answer, in the order of ACTORS, on one's own things, on a restricted initiative that only
    Sofia may see (foreign), and on things that don't exist (always 404 for those who are in)."""

    get: tuple[object, ...]
    post: tuple[object, ...]
    foreign: bool = False  # also asked for the restricted initiative
    form: Callable[[World], dict[str, object]] = lambda world: {}  # what is posted: all that it takes, where it says so


def each(
    nadia: object, theo: object, luca: object, sofia: object, admin: object, *, ines: object = None
) -> tuple[object, ...]:
    """Ines is answered as Theo is, where nothing else is said."""
    return (SIGN_IN, SIGN_IN, nadia, theo if ines is None else ines, theo, luca, sofia, admin)


def a_decision(world: World) -> dict[str, object]:
    return {"choice": "hold", "reason": "Because", "moves": world.norway.moves}


def an_absence(world: World) -> dict[str, object]:
    return {"person": world.sofia.pk, "to": world.luca.pk, "starts": "2099-01-01", "ends": "2099-01-02"}


def a_role(world: World) -> dict[str, object]:
    return {"person": world.theo.pk, "role": "viewer"}


OPEN, NEVER = each(OK, OK, OK, OK, OK), each(*[WRONG_VERB] * 5)
SEEN = each(GONE, OK, OK, OK, OK)
MANAGED, MANAGES = each(*[GONE] * 4, OK), each(*[GONE] * 4, AWAY)
ENTRY = (OK, OK, *(AWAY,) * 6)
SHOWS = each(NO, NO, NO, AWAY, NO)  # shows first who they are, where they can
TABLE = {
    "portfolio": Row(OPEN, NEVER),
    "initiative": Row(SEEN, NEVER, foreign=True),
    "roles": Row(SEEN, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=a_role),
    "role_take": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=a_role),
    "decisions": Row(OPEN, NEVER),
    "decisions_export": Row(OPEN, NEVER),
    "correct": Row(each(GONE, NO, NO, OK, OK), each(GONE, NO, NO, AGAIN, AGAIN), foreign=True),
    "condition_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "gate": Row(SEEN, each(GONE, NO, NO, AWAY, AWAY), foreign=True, form=a_decision),
    "approve": Row(NEVER, each(GONE, NO, NO, AWAY, NO), foreign=True, form=lambda world: {"role": "sponsor"}),
    "trigger": Row(SEEN, SEEN, foreign=True),
    "kpis": Row(OPEN, NEVER),
    "grid": Row(OPEN, each(*[AWAY] * 5)),
    "grid_undo": Row(NEVER, each(*[AWAY] * 5)),
    "uploads": Row(
        OPEN, each(AGAIN, AGAIN, AWAY, AWAY, AWAY), form=lambda world: {"text": "Week\tOrders\n2026-02-23\t7\n"}
    ),
    "upload": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, OK, GONE)),
    "upload_check": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_import": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_undo": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "kpi": Row(SEEN, NEVER, foreign=True),
    "reset_limits": Row(
        NEVER,
        each(GONE, NO, NO, NO, AGAIN),
        foreign=True,
        form=lambda world: {"period": "2026-02-02", "reason": "New"},
    ),
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
    "audit": Row(each(*[NO] * 4, OK), NEVER),
    "audit_export": Row(each(*[NO] * 4, OK), NEVER),
    "live": Row(OPEN, NEVER),
    "task_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "item_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "display": Row(NEVER, each(AWAY, AWAY, AWAY, AWAY, AWAY)),
    "away": Row(OPEN, each(AGAIN, NO, NO, AWAY, AWAY), form=an_absence),
    "away_end": Row(NEVER, each(GONE, GONE, AWAY, AWAY, AWAY)),
    "preferences": Row(OPEN, each(*[AGAIN] * 5)),
    "follow": Row(NEVER, each(*[GONE] * 5)),
    "unsubscribe": Row((GONE,) * 8, (GONE,) * 8),
    "tokens": Row(OPEN, each(*[AGAIN] * 5)),
    "token_end": Row(NEVER, each(GONE, GONE, GONE, AWAY, AWAY)),
    "permissions": Row(OPEN, NEVER),
    "view_as": Row(NEVER, each(NO, NO, NO, NO, AWAY), form=lambda world: {"person": world.theo.pk}),
    "view_as_end": Row(NEVER, each(*[AWAY] * 5)),
    "areas": Row(MANAGED, each(*[GONE] * 4, AGAIN)),
    "area_take": Row(NEVER, MANAGES),
    "people": Row(MANAGED, each(*[GONE] * 4, AGAIN)),
    "person_access": Row(NEVER, MANAGES),
    "person_close": Row(NEVER, MANAGES),
    "person_reopen": Row(NEVER, MANAGES),
    "person_sessions_end": Row(NEVER, MANAGES),
    "person_link": Row(NEVER, each(*[GONE] * 4, OK)),
    "account": Row(OPEN, NEVER),
    "secure": Row(OPEN, NEVER),
    "session_end": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "sessions_end": Row(NEVER, each(*[AWAY] * 5)),
    "link_end": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    # Sofia alone has a password here: the others are sent to their account, or have no way to show who they are.
    "account_change_password": Row(each(AWAY, AWAY, AWAY, OK, AWAY), each(AWAY, AWAY, AWAY, OK, AWAY)),
    "mfa_activate_totp": Row(SHOWS, SHOWS),
    "mfa_deactivate_totp": Row(each(*[GONE] * 5), each(*[GONE] * 5)),
    "mfa_add_webauthn": Row(SHOWS, SHOWS),
    "mfa_remove_webauthn": Row(SHOWS, SHOWS),
    "mfa_edit_webauthn": Row(each(*[GONE] * 5), each(*[GONE] * 5)),
    "mfa_view_recovery_codes": Row(each(*[GONE] * 5), each(*[WRONG_VERB] * 5)),
    "mfa_generate_recovery_codes": Row(SHOWS, SHOWS),
    "account_reauthenticate": Row(each(NO, NO, NO, OK, NO), each(NO, NO, NO, OK, NO)),
    "mfa_reauthenticate": Row(SHOWS, SHOWS),
    "mfa_reauthenticate_webauthn": Row(SHOWS, SHOWS),
    "account_login": Row(ENTRY, ENTRY),
    "mfa_authenticate": Row((AWAY,) * 8, (AWAY,) * 8),
    "mfa_login_webauthn": Row((AWAY,) * 8, (AWAY,) * 8),
    "account_reset_password": Row((OK,) * 8, (OK,) * 8),
    "account_reset_password_done": Row((OK,) * 8, (WRONG_VERB,) * 8),
    "account_reset_password_from_key": Row((OK,) * 8, (OK,) * 8),
    "openid_connect_login": Row((WRONG_VERB,) * 8, (GONE,) * 8),
    "openid_connect_callback": Row((GONE,) * 8, (WRONG_VERB,) * 8),
    "saml_login": Row((WRONG_VERB,) * 8, (GONE,) * 8),
    "saml_acs": Row((WRONG_VERB,) * 8, (GONE,) * 8),
    "saml_finish_acs": Row((GONE,) * 8, (WRONG_VERB,) * 8),
    "saml_metadata": Row((GONE,) * 8, (WRONG_VERB,) * 8),
    "saml_sls": Row((GONE,) * 8, (GONE,) * 8),
    "enter": Row((GONE,) * 8, (GONE,) * 8),
    "demo": Row((GONE,) * 8, (WRONG_VERB,) * 8),
    "healthz": Row((OK,) * 8, (WRONG_VERB,) * 8),
    "security_txt": Row((GONE,) * 8, (WRONG_VERB,) * 8),  # nobody is named
    "metrics": Row((OK,) * 8, (WRONG_VERB,) * 8),  # from this machine; tests/web/test_operating.py asks from elsewhere
    "logout": Row(each(*[WRONG_VERB] * 5), each(*[AWAY] * 5)),
}
NAMES = [pattern.name for pattern in get_resolver().url_patterns]


def argument(world: World, name: str, which: str) -> list[object]:
    initiative = {"own": "norway", "foreign": "iceland", "absent": "nowhere"}[which]
    rows = Initiative.objects.filter(key=initiative)
    match name:
        case "initiative" | "roles" | "role_take":
            return [f"north/{initiative}"]
        case "condition_done":
            return [first(Condition.objects.filter(decision__initiative__in=rows))]
        case "gate" | "approve" | "trigger":
            return [f"north/{initiative}/crawl"]
        case "kpi" | "reset_limits":
            return [{"own": "north/orders", "foreign": "north/secret", "absent": "north/nothing"}[which]]
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
        case "away_end":
            return [first(Delegation.objects.filter(person=world.sofia))]
        case "token_end":
            return [first(Token.objects.filter(person=world.sofia))]
        case "correct":
            return [first(Decision.objects.filter(initiative__in=rows))]
        case "audit_export" | "decisions_export":
            return ["csv"]
        case "person_access" | "person_close" | "person_reopen" | "person_sessions_end":
            return [world.luca.pk]
        case "person_link":
            return [world.theo.pk]
        case "session_end":
            return [first(UserSession.objects.filter(user=world.sofia))]
        case "link_end":
            return [first(SocialAccount.objects.filter(user=world.sofia))]
        case "area_take":
            return [first(Area.objects.filter(name="Norway"))]
        case "mfa_remove_webauthn" | "mfa_edit_webauthn":
            return [999_999]
        case "account_reset_password_from_key":
            return ["1", "no-token"]
        case "enter" | "demo" | "unsubscribe":
            return ["no-token"]
        case _ if name.startswith(("openid_connect_", "saml_")):
            return ["nobody"]
    return []


def first(rows: object) -> int:
    found = rows.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return 999_999 if found is None else found


@pytest.fixture
def house(world: World) -> World:
    return furnish(world)


def client(actor: str) -> Client:
    made = Client()
    if actor != "anonymous":
        email = {"admin": "root@example.com"}.get(actor, f"{actor}@example.com")
        made.force_login(Person.objects.get(email=email))
    return made


def answer(response: object) -> object:
    if response.headers.get("Content-Type") == "text/event-stream":  # type: ignore[attr-defined]
        for each in hub.listeners:
            each.tell(over=True)  # it would go on
        assert b"".join(response).startswith(b"retry:")  # type: ignore[call-overload]
    status, target = response.status_code, response.headers.get("Location", "")  # type: ignore[attr-defined]
    return SIGN_IN if status == AWAY and target.startswith("/login/?next=") else status


@pytest.mark.django_db
def test_every_address_has_its_row() -> None:
    assert sorted(NAMES) == sorted(TABLE)


@dataclass(frozen=True)
class Asked:
    """One address, asked by one actor with one verb."""

    name: str
    actor: str
    verb: str

    def answered(self, world: World, which: str) -> tuple[object, bytes]:
        """What happens is undone again: the next one finds the same house. What breaks is an answer too."""
        path = reverse(self.name, args=argument(world, self.name, which))
        point = transaction.savepoint()
        try:
            browser = client(self.actor)
            form = TABLE[self.name].form(world) if self.verb == "post" else {}
            response = getattr(browser, self.verb)(path, form)
            return answer(response), b"" if response.streaming else bare(response.content)
        except Exception as error:
            return type(error).__name__, b""
        finally:
            transaction.savepoint_rollback(point)

    def faults(self, world: World) -> Iterator[str]:
        """What is answered otherwise than the table says, and what was named that may not be."""
        row = TABLE[self.name]
        answers = {"get": row.get, "post": row.post, "put": (WRONG_VERB,) * len(ACTORS)}  # which no page takes
        wanted = answers[self.verb][ACTORS.index(self.actor)]
        own, page = self.answered(world, "own")
        if own != wanted:
            yield f"{self}: {own} instead of {wanted}"
        if any(word in page for word in HIDDEN.get(self.actor, ())):
            yield f"{self}: names what is hidden"
        if not row.foreign:
            return
        foreign, absent = self.answered(world, "foreign"), self.answered(world, "absent")
        if self.actor in OUTSIDE and foreign != absent:
            yield f"{self}: what is foreign answers {foreign[0]}, what isn't there {absent[0]}, or in other words"
        if self.actor not in OUTSIDE and foreign[0] == GONE:
            yield f"{self}: what is theirs is gone"
        if absent[0] not in (GONE, SIGN_IN, WRONG_VERB):
            yield f"{self}: what isn't there answers {absent[0]}"


# Who isn't in the circle of what is restricted, though members see the rest; and what no page tells them.
OUTSIDE = ("anonymous", "removed", "nadia", "ines", "theo", "luca")
HIDDEN = {"nadia": (b"Norway", b"Orders"), **dict.fromkeys(("ines", "theo", "luca"), (b"Iceland", b"Secret"))}


def matrix(world: World, names: Collection[str] = NAMES) -> Iterator[str]:
    """The faults of the whole table, or of these rows."""
    for name in names:
        for actor in ACTORS:
            for verb in ("get", "post", "put"):
                yield from Asked(name, actor, verb).faults(world)


@pytest.mark.slow  # every address for everyone
@pytest.mark.parametrize("name", NAMES)
def test_the_matrix(house: World, name: str) -> None:
    assert list(matrix(house, [name])) == []


def bare(page: bytes) -> bytes:
    """Without what differs from one answer to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


@pytest.mark.parametrize("actor", ["nadia", "theo", "luca"])
@pytest.mark.parametrize("name", ["portfolio", "feed", "kpis", "inbox", "sources", "decisions"])
def test_lists_never_name_what_is_restricted(house: World, actor: str, name: str) -> None:
    assert b"Iceland" not in client(actor).get(reverse(name)).content


def test_nadia_sees_nothing(house: World) -> None:
    for name in ("portfolio", "feed", "kpis", "inbox", "sources", "decisions"):
        page = client("nadia").get(reverse(name)).content
        assert b"Norway" not in page
        assert b"Orders" not in page


@pytest.mark.parametrize("who", ["theo", "luca"])
def test_who_may_not_decide_is_refused(house: World, who: str) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client(who).post(reverse("gate", args=["north/norway/crawl"]), form)
    assert response.status_code == NO
    assert not Decision.objects.filter(choice="go").exists()


def test_the_sponsor_decides_on_the_page(house: World) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client("sofia").post(reverse("gate", args=["north/norway/crawl"]), form)
    assert (response.status_code, response.headers["Location"]) == (302, "/initiatives/north/norway/")
    assert Decision.objects.get(choice="go").by == house.sofia


def test_a_link_signs_in_once(house: World) -> None:
    path = signin.link(invitations.make(house.theo, by=house.admin, at=timezone.now()))
    browser = Client()
    assert browser.get(path).status_code == OK
    assert browser.post(path, {"name": "Theo", "password": "four words of Theo"}).status_code == AWAY
    assert browser.get("/").status_code == OK
    assert Client().get(path).status_code == GONE


def test_a_form_without_its_token_is_refused(house: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.sofia)
    assert browser.post(reverse("display"), {"theme": "dark"}).status_code == NO
