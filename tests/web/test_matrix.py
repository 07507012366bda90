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

from gaitway.actions import (
    channels,
    comments,
    delegations,
    events,
    files,
    initiatives,
    invitations,
    people,
    points,
    tokens,
    undo,
    uploads,
)
from gaitway.actions import invitations
from gaitway.models import (
    Area,
    Channel,
    ChecklistItem,
    Comment,
    Condition,
    Decision,
    Delegation,
    Event,
    File,
    Initiative,
    Kpi,
    Link,
    Milestone,
    Notice,
    Person,
    Review,
    ReviewItem,
    Source,
    Task,
    TaskItem,
    Token,
    Undo,
    Upload,
)
from gaitway.web import signin
from gaitway.web.live import hub
from tests.web import rows_views
from tests.web.forms import a_change, a_decision, a_milestone, a_move, a_role, an_absence, first
from tests.world import AT, TODAY, World
from tests.web.furnished import furnish

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


OPEN, NEVER = each(OK, OK, OK, OK, OK), each(*[WRONG_VERB] * 5)
SEEN = each(GONE, OK, OK, OK, OK)
MANAGED, MANAGES = each(*[GONE] * 4, OK), each(*[GONE] * 4, AWAY)
ENTRY = (OK, OK, *(AWAY,) * 6)
SHOWS = each(NO, NO, NO, AWAY, NO)  # shows first who they are, where they can
TABLE = {
    "portfolio": Row(OPEN, NEVER),
    "initiative": Row(SEEN, NEVER, foreign=True),
    "initiative_new": Row(each(NO, NO, NO, OK, OK), each(NO, NO, NO, AGAIN, AGAIN)),
    "initiative_edit": Row(each(GONE, NO, OK, OK, OK), each(GONE, NO, AGAIN, AGAIN, AGAIN), foreign=True),
    "initiative_plan": Row(each(GONE, NO, NO, OK, OK), each(GONE, NO, NO, AGAIN, AGAIN), foreign=True),
    "initiative_move": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True, form=lambda world: {"move": "pause"}),
    "initiative_retire": Row(NEVER, each(GONE, NO, NO, NO, AWAY), foreign=True, form=lambda world: {"reason": "Over"}),
    "item_add": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=lambda world: {"text": "Sign"}),
    "item_take": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True),
    "history": Row(SEEN, NEVER, foreign=True),
    "history_restore": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), form=a_change),
    "reviews": Row(OPEN, each(GONE, NO, NO, AWAY, AWAY), form=lambda world: {"strategy": world.strategy.pk}),
    "review": Row(SEEN, NEVER, foreign=True),
    "review_add": Row(
        NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True, form=lambda world: {"initiative": world.norway.pk}
    ),
    "review_end": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True),
    "review_minutes": Row(SEEN, NEVER, foreign=True),
    "review_tell": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True),
    "review_go": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True),
    "review_agenda": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True),
    "review_note": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "review_action": Row(
        NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=lambda world: {"text": "Call"}
    ),
    "roles": Row(SEEN, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=a_role),
    "role_take": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=a_role),
    "roadmap": Row(OPEN, NEVER),
    "roadmap_row": Row(SEEN, NEVER, foreign=True),
    "roadmap_order": Row(NEVER, each(GONE, NO, NO, NO, AWAY), foreign=True, form=lambda world: {"step": "1"}),
    "milestones": Row(SEEN, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=a_milestone),
    "milestone": Row(SEEN, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=a_milestone),
    "milestone_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "milestone_retire": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "gate_move": Row(SEEN, each(GONE, NO, NO, AWAY, AWAY), foreign=True, form=a_move),
    "gate_move_undo": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY), foreign=True),  # each their own: here nothing
    "check_in": Row(each(GONE, *[OK] * 4, ines=NO), each(GONE, *[AGAIN] * 4, ines=NO), foreign=True),
    "check_ins": Row(SEEN, NEVER, foreign=True),
    "checkins": Row(OPEN, each(*[GONE] * 5)),  # which initiative?
    "checkins_worker": Row((OK,) * 8, (WRONG_VERB,) * 8),
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
    "uploads": Row(OPEN, each(AGAIN, AGAIN, AWAY, AWAY, AWAY), form=rows_views.a_table),
    "upload": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, OK, GONE)),
    "upload_check": Row(each(GONE, GONE, GONE, OK, GONE), each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_import": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "upload_undo": Row(NEVER, each(GONE, GONE, GONE, AWAY, GONE)),
    "kpi": Row(SEEN, NEVER, foreign=True),
    "reset_limits": Row(NEVER, each(GONE, NO, NO, NO, AGAIN), foreign=True, form=rows_views.a_reset),
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
    "undo": Row(NEVER, each(*[GONE] * 3, AWAY, GONE)),
    "settings": Row(OPEN, NEVER),
    "start": Row(each(*[NO] * 4, OK), each(*[NO] * 4, AGAIN)),
    "search": Row(OPEN, NEVER),
    "palette": Row(OPEN, NEVER),
    "undo_newest": Row(NEVER, each(*[AWAY] * 5)),
    "live": Row(OPEN, NEVER),
    "task_done": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "board": Row(OPEN, each(AGAIN, AGAIN, AGAIN, AGAIN, AGAIN)),
    "board_limits": Row(NEVER, each(GONE, NO, AWAY, NO, AWAY), form=lambda world: {"doing": "5"}),
    "my_work": Row(OPEN, each(AGAIN, AGAIN, AGAIN, AGAIN, AGAIN)),
    "task": Row(SEEN, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=lambda world: {"note": "New"}),
    "task_move": Row(
        NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=lambda world: {"state": "doing"}
    ),
    "task_retire": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "task_points": Row(
        NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True, form=lambda world: {"text": "First page"}
    ),
    "task_point": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "task_comments": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY), foreign=True, form=lambda world: {"text": "Good"}),
    "comment_remove": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True),
    "task_people": Row(SEEN, NEVER, foreign=True),
    "task_files": Row(NEVER, each(GONE, AGAIN, AGAIN, AGAIN, AGAIN), foreign=True),
    "task_links": Row(
        NEVER,
        each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO),
        foreign=True,
        form=lambda world: {"url": "https://example.com"},
    ),
    "file": Row(SEEN, NEVER, foreign=True),
    "file_remove": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
    "link_remove": Row(NEVER, each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO), foreign=True),
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
} | {name: Row(get, post, form=form) for name, (get, post, form) in rows_views.ROWS.items()}
NAMES = [pattern.name for pattern in get_resolver().url_patterns]


def argument(world: World, name: str, which: str) -> list[object]:
    initiative = {"own": "norway", "foreign": "iceland", "absent": "nowhere"}[which]
    rows = Initiative.objects.filter(key=initiative)
    match name:
        case (
            "initiative"
            | "roles"
            | "role_take"
            | "roadmap_row"
            | "roadmap_order"
            | "milestones"
            | "check_in"
            | "check_ins"
            | "history"
            | "history_restore"
        ):
            return [f"north/{initiative}"]
        case "initiative_edit" | "initiative_move" | "initiative_retire":
            return [f"north/{initiative}"]
        case "initiative_plan" | "item_add":
            return [f"north/{initiative}", "crawl"]
        case "review" | "review_add" | "review_end" | "review_minutes" | "review_tell":
            return [first(Review.objects.filter(items__initiative__in=rows))]
        case "review_go" | "review_agenda" | "review_note" | "review_action":
            return [first(ReviewItem.objects.filter(initiative__in=rows))]
        case "condition_done":
            return [first(Condition.objects.filter(decision__initiative__in=rows))]
        case "milestone" | "milestone_done" | "milestone_retire":
            return [first(Milestone.objects.filter(initiative__in=rows))]
        case "gate" | "approve" | "trigger" | "gate_move" | "gate_move_undo":
            return [f"north/{initiative}/crawl"]
        case "kpi" | "reset_limits":
            return [{"own": "north/orders", "foreign": "north/secret", "absent": "north/nothing"}[which]]
        case "board_limits":
            return ["north"]
        case "task_point":
            return [first(TaskItem.objects.filter(task__initiative__in=rows))]
        case "comment_remove":
            return [first(Comment.objects.filter(task__initiative__in=rows))]
        case "file" | "file_remove":
            return [first(File.objects.filter(initiative__in=rows))]
        case "link_remove":
            return [first(Link.objects.filter(initiative__in=rows))]
        case (
            "task"
            | "task_done"
            | "task_move"
            | "task_retire"
            | "task_points"
            | "task_comments"
            | "task_people"
            | "task_files"
            | "task_links"
        ):
            return [first(Task.objects.filter(initiative__in=rows))]
        case "item_done" | "item_take":
            return [first(ChecklistItem.objects.filter(stage__initiative__in=rows))]
        case "pull_source" | "cancel_source":
            return [Source.objects.get().pk if which == "own" else 999_999]
        case "upload" | "upload_check" | "upload_import" | "upload_undo":
            return [first(Upload.objects.filter(person=world.sofia))]
        case "channel_test" | "channel_rotate" | "channel_forget" | "channel_end":
            return [first(Channel.objects.all()) if which == "own" else 999_999]
        case "notice_done" | "notice_later":
            return [first(Notice.objects.filter(person=world.sofia, event__initiative__in=rows))]
        case "undo":
            return [first(Undo.objects.filter(person=world.sofia))]
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
    return rows_views.argument(name, which)


@pytest.fixture
def house(world: World) -> World:
    return furnish(world)


def furnish(world: World) -> World:
    """Something foreign, something of each noun, and more people."""
    stage = Stage.objects.get(initiative=world.iceland, key="crawl")
    Task.objects.create(initiative=world.iceland, stage=stage, name="Secret task")
    ChecklistItem.objects.create(stage=stage, text="Secret item")
    for task in Task.objects.select_related("stage", "initiative__strategy"):
        by = world.sofia
        said = "Secret " if task.initiative == world.iceland else ""
        points.add(task, f"{said}point", by=by, at=AT)
        comments.add(task, f"{said}comment", by=by, at=AT)
        files.add(task.initiative, f"{said}plan.txt", b"plan", by=by, at=AT, task=task)
        files.link(task.initiative, f"https://example.com/{said.strip()}", by=by, at=AT, task=task)
    for at, words in ((world.crawl, "Hire two"), (stage, "Secret")):
        made = Decision.objects.create(
            initiative=at.initiative, stage=at, choice="conditional go", reason=words, conditions=words,
            by=world.sofia, at=AT, effective_on=TODAY,
        )  # fmt: skip
        Condition.objects.create(decision=made, text=words)
        Milestone.objects.create(initiative=at.initiative, name=f"{words} fair", on=TODAY)
    secret = Kpi.objects.create(strategy=world.strategy, key="secret", name="Secret", kind="level", cadence="day")
    secret.stages.set([stage])  # only the restricted initiative reads it
    for initiative in (world.norway, world.iceland):
        review = Review.objects.create(strategy=world.strategy, by=world.admin, started_at=AT)
        ReviewItem.objects.create(review=review, initiative=initiative, reason="gate")
    initiatives.change(world.norway, {"name": "Norge"}, by=world.luca, at=AT)
    initiatives.change(world.norway, {"name": "Norway"}, by=world.luca, at=AT)
    people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)
    rows_views.arrange(world)
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    Notice.objects.create(event=event, person=world.sofia, level=Notice.Level.FOLLOW, delivered_at=AT)
    channels.add("webhook", name="x", address="https://10.1.2.3/", groups=["gates"], by=people.terminal(at=AT), at=AT)
    undo.offer("x", "display", {"theme": "auto", "density": "normal", "keys": True}, by=world.sofia, at=timezone.now())
    tokens.make(world.sofia, name="x", scopes=["read"], by=world.sofia, at=AT)
    days = {"starts": AT.date(), "ends": AT.date(), "today": AT.date()}
    delegations.make(world.sofia, world.luca, **days, by=world.sofia, at=AT)
    mapping = {"roles": ["period", "kpi:orders"], "kpi": "", "order": "day", "decimal": "."}
    uploads.start(world.strategy, "", ["Week", "Orders"], [["2026-02-23", "7"]], mapping, by=world.sofia, at=AT)
    Person.objects.filter(pk=world.sofia.pk).update(password=make_password("four words of Sofia"))
    SocialAccount.objects.create(user=world.sofia, provider="oidc", uid="1")
    UserSession.objects.create(user=world.sofia, session_key="x", ip="127.0.0.1", user_agent="x")
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
