"""Whatever the pages read and do, a program can: every address of the pages, and the operations that do the same, or why
it isn't for programs. A new page without a row fails, and so does a row whose page or operation is gone."""

from __future__ import annotations

import pytest

from gaitway.api.app import described
from gaitway.urls import urlpatterns

Same = tuple[str, ...]

SIGN_IN = "How a person shows who they are: a program has its token."
OWN_WAY_IN = (
    "Passwords, second factors, sessions and links of one's own ask for the person, with their password at hand."
)
FOR_EYES = "A comfort of the pages: it shows nothing and does nothing that isn't elsewhere."
PLAIN = "A plain address for machines already, outside of the API."

SAME: dict[str, Same] = {
    # What there is, and where it stands
    "portfolio": ("GET initiatives", "GET me/columns"),
    "portfolio_columns": ("PUT me/columns",),
    "portfolio_export": ("GET initiatives",),
    "bulk": ("POST initiatives/together",),
    "initiative": ("GET initiatives/{initiative_id}", "GET initiatives/{initiative_id}/attachments", "GET me/notices"),
    "initiative_new": ("POST initiatives",),
    "initiative_edit": ("GET initiatives/{initiative_id}/fields", "PATCH initiatives/{initiative_id}"),
    "initiative_move": ("POST initiatives/{initiative_id}/moves",),
    "initiative_retire": ("POST initiatives/{initiative_id}/retire", "POST initiatives/{initiative_id}/bring-back"),
    "initiative_plan": ("GET stages/{stage_id}/plan", "PUT stages/{stage_id}/plan"),
    "item_add": ("POST stages/{stage_id}/checklist",),
    "item_take": ("POST checklist/{item_id}/remove",),
    "item_done": ("POST checklist/{item_id}/done", "POST checklist/{item_id}/reopen"),
    "initiative_files": ("POST initiatives/{initiative_id}/files",),
    "initiative_links": ("POST initiatives/{initiative_id}/links",),
    "history": ("GET initiatives/{initiative_id}/history",),
    "history_restore": ("POST initiatives/{initiative_id}/history/{event_id}/restore",),
    "roles": ("GET initiatives/{initiative_id}/roles", "POST initiatives/{initiative_id}/roles"),
    "role_take": ("POST initiatives/{initiative_id}/roles/take",),
    "objectives": ("GET objectives", "GET strategies", "GET strategies/{strategy_id}/objectives"),
    "objective": ("GET objectives/{objective_id}",),
    "start": ("POST strategies",),
    "search": ("GET search",),
    "feed": ("GET feed",),
    "audit": ("GET audit",),
    "audit_export": ("GET audit",),
    # When
    "roadmap": ("GET roadmap",),
    "roadmap_row": ("GET roadmap", "GET initiatives/{initiative_id}/milestones", "GET initiatives/{initiative_id}/fields"),
    "roadmap_order": ("POST initiatives/{initiative_id}/order",),
    "milestones": ("POST initiatives/{initiative_id}/milestones",),
    "milestone": ("GET milestones/{milestone_id}", "PUT milestones/{milestone_id}"),
    "milestone_done": ("POST milestones/{milestone_id}/done", "POST milestones/{milestone_id}/reopen"),
    "milestone_retire": ("POST milestones/{milestone_id}/retire",),
    # Evidence and decisions
    "trigger": ("GET stages/{stage_id}/rules", "PUT stages/{stage_id}/rules", "GET stages/{stage_id}/evidence"),
    "gate": ("GET stages/{stage_id}", "POST stages/{stage_id}/decisions"),
    "gate_move": ("GET stages/{stage_id}/move", "POST stages/{stage_id}/move"),
    "approve": ("POST stages/{stage_id}/approvals",),
    "condition_done": ("POST conditions/{condition_id}/done", "POST conditions/{condition_id}/reopen"),
    "decisions": ("GET decisions",),
    "decisions_export": ("GET decisions",),
    "correct": ("POST decisions/{decision_id}/supersede",),
    "reviews": ("GET reviews", "POST reviews"),
    "review": ("GET reviews/{review_id}",),
    "review_add": ("POST reviews/{review_id}/items",),
    "review_end": ("POST reviews/{review_id}/end",),
    "review_minutes": ("GET reviews/{review_id}/minutes",),
    "review_tell": ("POST reviews/{review_id}/tell",),
    "review_go": ("POST reviews/items/{review_item_id}/go",),
    "review_agenda": ("POST reviews/items/{review_item_id}/drop", "POST reviews/items/{review_item_id}/shift"),
    "review_note": ("PUT reviews/items/{review_item_id}/note",),
    "review_action": ("POST reviews/items/{review_item_id}/actions",),
    # Numbers
    "kpis": ("GET kpis",),
    "kpi": ("GET kpis/{kpi_id}", "GET kpis/{kpi_id}/observations", "GET kpis/{kpi_id}/pulls"),
    "reset_limits": ("POST kpis/{kpi_id}/limits",),
    "grid": ("GET kpis/{kpi_id}/observations", "POST observations", "POST observations/batch"),
    "grid_undo": ("POST observations/undo",),
    "uploads": ("GET uploads", "POST uploads"),
    "upload": ("GET uploads/{upload_id}", "POST uploads/{upload_id}/columns"),
    "upload_check": ("GET uploads/{upload_id}/check", "POST uploads/{upload_id}/mend"),
    "upload_import": ("POST uploads/{upload_id}/import",),
    "upload_undo": ("POST uploads/{upload_id}/undo",),
    "sources": ("GET sources", "GET sources/{source_id}"),
    "pull_source": ("POST sources/{source_id}/pull",),
    "cancel_source": ("POST sources/{source_id}/cancel",),
    # Work
    "my_work": ("GET my-work", "POST initiatives/{initiative_id}/tasks"),
    "board": ("GET board", "POST initiatives/{initiative_id}/tasks"),
    "board_limits": ("PUT strategies/{strategy_id}/limits",),
    "task": ("GET tasks/{task_id}", "GET tasks/{task_id}/sight", "PATCH tasks/{task_id}"),
    "task_done": ("POST tasks/{task_id}/done", "POST tasks/{task_id}/reopen"),
    "task_move": ("POST tasks/{task_id}/move",),
    "task_retire": ("POST tasks/{task_id}/retire", "POST tasks/{task_id}/restore"),
    "task_points": ("GET tasks/{task_id}/points", "POST tasks/{task_id}/points"),
    "task_point": ("POST points/{point_id}", "POST points/{point_id}/remove"),
    "task_comments": ("GET tasks/{task_id}/comments", "POST tasks/{task_id}/comments"),
    "comment_remove": ("POST comments/{comment_id}/remove",),
    "task_people": ("GET tasks/{task_id}/people",),
    "task_files": ("GET tasks/{task_id}/attachments", "POST tasks/{task_id}/files"),
    "task_links": ("POST tasks/{task_id}/links",),
    "file": ("GET files/{file_id}/content",),
    "file_remove": ("POST files/{file_id}/remove",),
    "link_remove": ("POST links/{link_id}/remove",),
    "check_in": ("POST initiatives/{initiative_id}/check-ins", "POST observations"),
    "check_ins": ("GET initiatives/{initiative_id}/check-ins",),
    "checkins": ("GET check-ins/due", "POST initiatives/{initiative_id}/check-ins"),
    # One's own
    "inbox": ("GET inbox",),
    "notice_done": ("POST inbox/{notice_id}/done",),
    "notices_done": ("POST inbox/done",),
    "notice_later": ("POST inbox/{notice_id}/later",),
    "preferences": ("GET me/notices", "PUT me/notices"),
    "follow": (
        "POST initiatives/{initiative_id}/follow", "POST initiatives/{initiative_id}/unfollow",
        "POST objectives/{objective_id}/follow", "POST objectives/{objective_id}/unfollow",
    ),
    "unsubscribe": ("PUT me/notices",),
    "views": ("GET views", "POST views"),
    "view_change": ("PATCH views/{view_id}",),
    "view_keep": ("POST views/{view_id}/keep",),
    "view_delete": ("POST views/{view_id}/delete",),
    "display": ("GET me", "POST me/display"),
    "away": ("GET delegations", "POST delegations"),
    "away_end": ("POST delegations/{delegation_id}/end",),
    "tokens": ("GET tokens",),  # they are made on the page: a token makes no tokens
    "token_end": ("POST tokens/{token_id}/end",),
    # The house
    "areas": ("GET areas", "POST areas/{area_id}/roles"),
    "area_take": ("POST areas/{area_id}/roles/take",),
    "people": ("GET people", "GET accounts", "POST people"),
    "person_access": ("POST people/{person_id}/access",),
    "person_close": ("POST people/{person_id}/close",),
    "person_reopen": ("POST people/{person_id}/reopen",),
    "person_sessions_end": ("POST people/{person_id}/sessions/end",),
    "permissions": ("GET permissions",),
    "channels": ("GET channels", "POST channels", "GET deliveries"),
    "channel_test": ("POST channels/{channel_id}/test",),
    "channel_rotate": ("POST channels/{channel_id}/secret",),
    "channel_forget": ("POST channels/{channel_id}/forget",),
    "channel_end": ("POST channels/{channel_id}/end",),
    "deliveries_retry": ("POST deliveries/{delivery_id}/retry", "POST deliveries/retry"),
    "screens": ("GET screens", "POST screens"),
    "screen_end": ("POST screens/{screen_id}/end",),
}  # fmt: skip
WHY_NOT: dict[str, str] = {
    "checkins_worker": "The script with which the page works where there is no network.",
    "palette": FOR_EYES,
    "undo": "Takes the last click back: a program posts the opposite, which every operation has.",
    "undo_newest": "Takes the last click back: a program posts the opposite, which every operation has.",
    "live": "Pages hear that they changed; programs hear what happened by GET feed and signed webhooks.",
    "wall": "The screen itself: its address is its token, and what it shows is GET initiatives.",
    "settings": "Words about where each setting is: what can be set has its own operation.",
    "ui": "The style guide of the pages.",
    "view_as": "Looking through somebody's eyes is bound to the session of an administrator.",
    "view_as_end": "Looking through somebody's eyes is bound to the session of an administrator.",
    "person_link": "The link lets a person in: it is handed over by a person, who has signed in.",
    "healthz": PLAIN,
    "security_txt": PLAIN,
    "metrics": PLAIN,
} | dict.fromkeys((
    "account", "secure", "account_change_password", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn",
    "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "sessions_end",
    "session_end", "link_end",
), OWN_WAY_IN) | dict.fromkeys((
    "account_login", "mfa_authenticate", "mfa_login_webauthn", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "openid_connect_login", "openid_connect_callback", "saml_login", "saml_acs",
    "saml_finish_acs", "saml_metadata", "saml_sls", "enter", "demo", "logout",
), SIGN_IN)  # fmt: skip

PAGES = [pattern.name or str(pattern.pattern) for pattern in urlpatterns]
OPERATIONS = {
    f"{verb.upper()} {path.removeprefix('/api/v1/')}" for path, verbs in described()["paths"].items() for verb in verbs
}
# What programs alone ask for: each has another way on the pages, or none.
PROGRAMS = {
    "GET strategies/{strategy_id}": "one of GET strategies",
    "GET strategies/{strategy_id}/file": "gaitway export",
    "GET verdicts": "what the gates say, in one list: gaitway evaluate",
    "GET status": "gaitway status",
    "GET initiatives/{initiative_id}/replay": "gaitway replay",
    "GET kpis/{kpi_id}/trial": "gaitway try",
    "GET tasks": "all of them, page by page; the pages have the board",
}


def untold(pages: list[str], same: dict[str, Same], operations: set[str]) -> list[str]:
    """What is wrong with the table."""
    wrong = [f"{page} has no row: name its operations, or say why it isn't for programs" for page in pages
             if page not in same and page not in WHY_NOT]  # fmt: skip
    wrong += [f"{page} is in both tables" for page in same if page in WHY_NOT]
    wrong += [f"{page} is no page any more" for page in (*same, *WHY_NOT) if page not in pages]
    wrong += [
        f"{page}: there is no operation {each}"
        for page, rows in same.items()
        for each in rows
        if each not in operations
    ]
    return wrong


def test_every_page_has_its_operations_or_its_reason() -> None:
    assert untold(PAGES, SAME, OPERATIONS) == []
    assert all(SAME.values())
    assert all(reason.endswith(".") for reason in WHY_NOT.values())


def test_every_operation_does_what_a_page_does_or_is_named_here() -> None:
    on_pages = {each for rows in SAME.values() for each in rows}
    assert sorted(OPERATIONS - on_pages) == sorted(PROGRAMS)


@pytest.mark.parametrize(
    ("pages", "same", "operations", "said"),
    [
        ([*PAGES, "dashboard"], SAME, OPERATIONS, "dashboard has no row"),
        ([page for page in PAGES if page != "board"], SAME, OPERATIONS, "board is no page any more"),
        (PAGES, SAME, OPERATIONS - {"GET board"}, "there is no operation GET board"),
        (PAGES, {**SAME, "palette": ("GET search",)}, OPERATIONS, "palette is in both tables"),
    ],
)
def test_what_is_missing_is_found(pages: list[str], same: dict[str, Same], operations: set[str], said: str) -> None:
    assert any(said in each for each in untold(pages, same, operations))
