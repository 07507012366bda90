"""What the matrix puts into the addresses: one's own thing, a foreign one, and one that isn't there."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from gaitway.models import (
    Area,
    Channel,
    ChecklistItem,
    Comment,
    Condition,
    Decision,
    Delegation,
    File,
    Initiative,
    Link,
    Milestone,
    Notice,
    Review,
    ReviewItem,
    Source,
    Task,
    TaskItem,
    Token,
    Undo,
    Upload,
)
from tests.web import rows_views
from tests.web.forms import first
from tests.world import World


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
            | "initiative_files"
            | "initiative_links"
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
        case "gate" | "approve" | "trigger" | "gate_move":
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
