"""The table of the matrix: what each address answers to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.web import rows_views
from tests.web.forms import a_change, a_decision, a_milestone, a_move, a_role, an_absence
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


OPEN, NEVER = each(OK, OK, OK, OK, OK), each(*[WRONG_VERB] * 5)
SEEN = each(GONE, OK, OK, OK, OK)
MANAGED, MANAGES = each(*[GONE] * 4, OK), each(*[GONE] * 4, AWAY)
ENTRY = (OK, OK, *(AWAY,) * 6)
SHOWS = each(NO, NO, NO, AWAY, NO)  # shows first who they are, where they can
TABLE = {
    "portfolio": Row(OPEN, NEVER),
    "initiative": Row(SEEN, NEVER, foreign=True),
    "ui": Row(each(NO, NO, NO, NO, OK), NEVER),
    "initiative_new": Row(each(NO, NO, NO, OK, OK), each(NO, NO, NO, AGAIN, AGAIN)),
    "initiative_edit": Row(each(GONE, NO, OK, OK, OK), each(GONE, NO, AGAIN, AGAIN, AGAIN), foreign=True),
    "initiative_plan": Row(each(GONE, NO, NO, OK, OK), each(GONE, NO, NO, AGAIN, AGAIN), foreign=True),
    "initiative_move": Row(NEVER, each(GONE, NO, NO, AWAY, AWAY), foreign=True, form=lambda world: {"move": "pause"}),
    "initiative_retire": Row(NEVER, each(GONE, NO, NO, NO, AWAY), foreign=True, form=lambda world: {"reason": "Over"}),
    "item_add": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True, form=lambda world: {"text": "Sign"}),
    "item_take": Row(NEVER, each(GONE, NO, AWAY, AWAY, AWAY), foreign=True),
    "initiative_files": Row(NEVER, each(GONE, AGAIN, AGAIN, AGAIN, AGAIN), foreign=True),
    "initiative_links": Row(
        NEVER,
        each(GONE, AWAY, AWAY, AWAY, AWAY, ines=NO),
        foreign=True,
        form=lambda world: {"url": "https://example.com"},
    ),
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
