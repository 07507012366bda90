"""The rows of the matrix: what every operation answers to everyone, and the scope that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.world import TODAY

PEOPLE = ("nadia", "theo", "luca", "sofia", "admin")
DAY = TODAY.isoformat()
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
NEWEST = (TODAY - timedelta(weeks=1)).isoformat()  # the last week of which the manor has a number


@dataclass(frozen=True)
class Row:
    """What is answered to PEOPLE, in this order, with a token for everything; the scope that is needed; the body."""

    answers: tuple[int, ...]
    scope: str = "read"
    body: Any = None
    query: str = ""


def each(nadia: int, theo: int, luca: int, sofia: int, admin: int) -> tuple[int, ...]:
    return (nadia, theo, luca, sofia, admin)


OPEN = each(200, 200, 200, 200, 200)
SEEN = each(404, 200, 200, 200, 200)
MINE = each(404, 404, 404, 200, 404)  # what Sofia brought is hers alone
READING = {"kpi": "north/orders", "period": "2026-01-05", "events": 5}
VIEWER = {"person": "theo@example.com", "role": "viewer"}
AWAY = {"to": "root@example.com", "starts": "2099-01-01", "ends": "2099-01-31"}
MADE, LEFT = each(404, 201, 201, 201, 201), each(404, 204, 204, 204, 204)
WORKS = Row(SEEN, "act")
RUNS = each(404, 403, 403, 200, 200)  # who sponsors something in the strategy, and who sees everything
HANGS = each(403, 403, 403, 403, 201)
MANAGED, ENDED = each(404, 404, 404, 404, 200), each(404, 404, 404, 404, 204)  # for administrators alone
AIMED = {"initiatives": ["north/norway", "north/iceland"]}
PLAN = {"starts": "2026-01-05", "ends": "2026-04-12", "budget": 6000, "currency": "EUR", "reason": "The fair is later"}
WISHED = {
    "gates": "needs me", "decisions": "follow", "plans": "quiet", "mail_needs": "off", "mail_follow": "off", "digest_day": 2,
}  # fmt: skip
TABLE = {
    "GET strategies": Row(OPEN),
    "GET strategies/{strategy_id}": Row(SEEN),
    "GET strategies/{strategy_id}/objectives": Row(SEEN),
    "GET strategies/{strategy_id}/file": Row(each(404, 403, 403, 403, 200)),
    "POST strategies": Row(each(403, 403, 403, 403, 415), "act"),
    "GET initiatives": Row(OPEN),
    "GET initiatives/{initiative_id}": Row(SEEN),
    "GET initiatives/{initiative_id}/replay": Row(SEEN, query=f"?from={DAY}&to={DAY}"),
    "POST initiatives/{initiative_id}/moves": Row(each(404, 403, 403, 201, 201), "act", {"move": "pause"}),
    "POST initiatives": Row(each(404, 403, 403, 201, 201), "act", {"objective": "north/customers", "name": "Sweden"}),
    "GET initiatives/{initiative_id}/fields": Row(SEEN),
    "PATCH initiatives/{initiative_id}": Row(each(404, 403, 200, 200, 200), "act", {"name": "Norge"}),
    "POST initiatives/{initiative_id}/retire": Row(each(404, 403, 403, 403, 204), "act", {"reason": "Over"}),
    "POST initiatives/{initiative_id}/bring-back": Row(each(404, 403, 403, 403, 204), "act"),
    "POST initiatives/{initiative_id}/roles": Row(each(404, 403, 200, 200, 200), "act", VIEWER),
    "POST initiatives/{initiative_id}/roles/take": Row(each(404, 403, 200, 200, 200), "act", VIEWER),
    "GET roadmap": Row(OPEN),
    "POST initiatives/{initiative_id}/order": Row(each(404, 403, 403, 403, 204), "act", {"after": None}),
    "GET stages/{stage_id}/move": Row(SEEN, query="?ends=2026-04-12"),
    "POST stages/{stage_id}/move": Row(
        each(404, 403, 403, 200, 200), "act", {"ends": "2026-04-12", "rest": "shift", "reason": "Because"}
    ),
    "GET initiatives/{initiative_id}/milestones": Row(SEEN),
    "POST initiatives/{initiative_id}/milestones": Row(
        each(404, 201, 201, 201, 201), "act", {"name": "Launch", "on": "2026-04-01"}
    ),
    "GET milestones/{milestone_id}": Row(SEEN),
    "PUT milestones/{milestone_id}": Row(SEEN, "act", {"name": "Fair", "on": "2026-04-02"}),
    "POST milestones/{milestone_id}/done": WORKS,
    "POST milestones/{milestone_id}/reopen": WORKS,
    "POST milestones/{milestone_id}/retire": Row(each(404, 204, 204, 204, 204), "act"),
    "GET stages/{stage_id}": Row(SEEN),
    "POST stages/{stage_id}/decisions": Row(
        each(404, 403, 403, 201, 201), "act", {"choice": "hold", "reason": "Because"}
    ),
    "POST stages/{stage_id}/approvals": Row(each(404, 403, 403, 201, 403), "act", {"role": "sponsor"}),
    "GET decisions": Row(OPEN),
    "POST decisions/{decision_id}/supersede": Row(
        each(404, 403, 403, 201, 201), "act", {"reason": "Better said", "conditions": "Hire two"}
    ),
    "POST conditions/{condition_id}/done": Row(each(404, 204, 204, 204, 204), "act"),
    "POST conditions/{condition_id}/reopen": Row(each(404, 204, 204, 204, 204), "act"),
    "GET audit": Row(OPEN),
    "GET stages/{stage_id}/evidence": Row(SEEN),
    "GET stages/{stage_id}/rules": Row(SEEN),
    "PUT stages/{stage_id}/rules": Row(
        each(404, 403, 200, 403, 200), "act", {"trigger": "orders >= 7", "stop": "", "reason": "Because"}
    ),
    "GET verdicts": Row(OPEN),
    "GET status": Row(OPEN),
    "GET tasks/{task_id}": Row(SEEN),
    "GET tasks": Row(OPEN),
    "POST initiatives/{initiative_id}/tasks": Row(each(404, 201, 201, 201, 201), "act", {"name": "Print the boxes"}),
    "PATCH tasks/{task_id}": Row(SEEN, "act", {"note": "New"}),
    "POST tasks/{task_id}/move": Row(SEEN, "act", {"state": "doing"}),
    "POST tasks/{task_id}/retire": Row(LEFT, "act"),
    "POST tasks/{task_id}/restore": WORKS,
    "GET tasks/{task_id}/points": Row(SEEN),
    "POST tasks/{task_id}/points": Row(MADE, "act", {"text": "First page"}),
    "POST points/{point_id}": Row(SEEN, "act", {"done": True}),
    "POST points/{point_id}/remove": Row(LEFT, "act"),
    "GET tasks/{task_id}/comments": Row(SEEN),
    "POST tasks/{task_id}/comments": Row(MADE, "act", {"text": "Good"}),
    "POST comments/{comment_id}/remove": Row(each(404, 403, 204, 204, 204), "act"),
    "GET tasks/{task_id}/attachments": Row(SEEN),
    "POST tasks/{task_id}/links": Row(MADE, "act", {"url": "https://example.com/plan"}),
    "POST links/{link_id}/remove": Row(LEFT, "act"),
    "POST tasks/{task_id}/files": Row(each(404, 415, 415, 415, 415), "act", query="?name=plan.txt"),
    "GET files/{file_id}/content": Row(SEEN),
    "POST files/{file_id}/remove": Row(LEFT, "act"),
    "POST tasks/{task_id}/done": WORKS,
    "POST tasks/{task_id}/reopen": WORKS,
    "POST checklist/{item_id}/done": WORKS,
    "POST checklist/{item_id}/reopen": WORKS,
    "GET initiatives/{initiative_id}/check-ins": Row(SEEN),
    "POST initiatives/{initiative_id}/check-ins": Row(each(404, 201, 201, 201, 201), "act", {"outlook": "on track"}),
    "GET check-ins/due": Row(OPEN),
    "GET kpis": Row(OPEN),
    "GET kpis/{kpi_id}": Row(SEEN),
    "POST kpis/{kpi_id}/limits": Row(each(404, 403, 403, 403, 201), "act", {"period": "2026-02-02", "reason": "New"}),
    "GET kpis/{kpi_id}/trial": Row(SEEN, query="?trigger=%3E%3D%206"),
    "GET kpis/{kpi_id}/observations": Row(SEEN),
    "GET kpis/{kpi_id}/pulls": Row(SEEN),
    "POST observations": Row(each(422, 422, 200, 200, 200), "record", READING),
    "POST observations/batch": Row(each(422, 422, 200, 200, 200), "record", [READING]),
    "POST observations/undo": Row(
        each(422, 422, 200, 200, 200),
        "record",
        {"readings": [{"kpi": "north/orders", "period": NEWEST, "revision": 1}]},
    ),
    "GET uploads": Row(OPEN),
    "POST uploads": Row(
        each(404, 403, 201, 201, 201), "record", {"strategy_id": "north", "text": "week,orders\n2026-01-05,5"}
    ),
    "GET uploads/{upload_id}": Row(MINE),
    "POST uploads/{upload_id}/columns": Row(MINE, "record", {"decimal": ","}),
    "GET uploads/{upload_id}/check": Row(MINE),
    "POST uploads/{upload_id}/mend": Row(MINE, "record", {"sure": True}),
    "POST uploads/{upload_id}/import": Row(MINE, "record"),
    "POST uploads/{upload_id}/undo": Row(each(404, 404, 404, 422, 404), "record"),
    "GET sources": Row(OPEN),
    "GET sources/{source_id}": Row(SEEN),
    "POST sources/{source_id}/pull": Row(each(404, 403, 403, 403, 202), "act"),
    "POST sources/{source_id}/cancel": Row(each(404, 403, 403, 403, 202), "act"),
    "GET feed": Row(OPEN),
    "GET search": Row(OPEN, query="?q=a"),
    "GET inbox": Row(OPEN),
    "POST inbox/{notice_id}/done": Row(each(404, 404, 404, 200, 404), "act"),
    "POST inbox/{notice_id}/later": Row(each(404, 404, 404, 200, 404), "act", {"until": TOMORROW}),
    "POST inbox/done": Row(OPEN, "act"),
    "GET areas": Row(each(404, 404, 404, 404, 200)),
    "POST areas/{area_id}/roles": Row(each(404, 404, 404, 404, 200), "act", VIEWER),
    "POST areas/{area_id}/roles/take": Row(each(404, 404, 404, 404, 200), "act", VIEWER),
    "GET people": Row(OPEN),
    "GET me": Row(OPEN),
    "POST me/display": Row(OPEN, "act", {"theme": "dark"}),
    "GET delegations": Row(OPEN),
    "POST delegations": Row(each(422, 201, 201, 201, 422), "act", AWAY),
    "POST delegations/{delegation_id}/end": Row(each(404, 404, 200, 200, 200), "act"),
    "GET views": Row(OPEN),
    "POST views": Row(each(201, 201, 201, 201, 201), "act", {"name": "Mine", "query": "show=mine"}),
    "POST views/{view_id}/keep": Row(each(404, 204, 204, 204, 204), "act", {"digest": True}),
    "POST views/{view_id}/delete": Row(each(404, 403, 403, 204, 204), "act"),
    "PATCH views/{view_id}": Row(each(404, 403, 403, 200, 200), "act", {"name": "Running"}),
    "GET initiatives/{initiative_id}/roles": Row(SEEN),
    "GET objectives": Row(OPEN),
    "GET objectives/{objective_id}": Row(SEEN),
    "POST objectives/{objective_id}/follow": Row(LEFT, "act"),
    "POST objectives/{objective_id}/unfollow": Row(LEFT, "act"),
    "POST initiatives/{initiative_id}/follow": Row(LEFT, "act"),
    "POST initiatives/{initiative_id}/unfollow": Row(LEFT, "act"),
    "POST initiatives/together": Row(OPEN, "act", {"do": "follow", **AIMED}),
    "GET initiatives/{initiative_id}/attachments": Row(SEEN),
    "POST initiatives/{initiative_id}/links": Row(MADE, "act", {"url": "https://example.com/plan"}),
    "POST initiatives/{initiative_id}/files": Row(each(404, 415, 415, 415, 415), "act", query="?name=plan.txt"),
    "GET initiatives/{initiative_id}/history": Row(SEEN),
    "POST initiatives/{initiative_id}/history/{event_id}/restore": Row(each(404, 403, 200, 200, 200), "act"),
    "GET stages/{stage_id}/plan": Row(SEEN),
    "PUT stages/{stage_id}/plan": Row(RUNS, "act", PLAN),
    "POST stages/{stage_id}/checklist": Row(each(404, 403, 201, 201, 201), "act", {"text": "Carrier chosen"}),
    "POST checklist/{item_id}/remove": Row(each(404, 403, 204, 204, 204), "act"),
    "GET tasks/{task_id}/people": Row(SEEN),
    "GET tasks/{task_id}/sight": Row(SEEN),
    "GET my-work": Row(OPEN),
    "GET board": Row(OPEN),
    "PUT strategies/{strategy_id}/limits": Row(each(404, 403, 200, 403, 200), "act", {"doing": 5}),
    "GET reviews": Row(OPEN),
    "POST reviews": Row(each(404, 403, 403, 201, 201), "act", {"strategy_id": "north"}),
    "GET reviews/{review_id}": Row(SEEN),
    "POST reviews/{review_id}/items": Row(each(404, 403, 403, 201, 201), "act", {"initiative_id": "north/norway"}),
    "POST reviews/{review_id}/end": Row(RUNS, "act"),
    "GET reviews/{review_id}/minutes": Row(SEEN),
    "POST reviews/{review_id}/tell": Row(each(404, 403, 403, 422, 422), "act"),  # it goes on
    "POST reviews/items/{review_item_id}/go": Row(RUNS, "act"),
    "POST reviews/items/{review_item_id}/drop": Row(each(404, 403, 403, 204, 204), "act"),
    "POST reviews/items/{review_item_id}/shift": Row(RUNS, "act", {"by": 1}),
    "PUT reviews/items/{review_item_id}/note": Row(LEFT, "act", {"text": "Customs took a month"}),
    "POST reviews/items/{review_item_id}/actions": Row(MADE, "act", {"text": "Ask two carriers"}),
    "GET screens": Row(OPEN),
    "POST screens": Row(HANGS, "act", {"name": "Hall"}),
    "POST screens/{screen_id}/end": Row(MANAGED, "act"),
    "GET me/notices": Row(OPEN),
    "PUT me/notices": Row(OPEN, "act", WISHED),
    "GET me/columns": Row(OPEN),
    "PUT me/columns": Row(OPEN, "act", {"columns": ["state", "tasks"]}),
    "GET permissions": Row(OPEN),
    "GET channels": Row(OPEN),
    "POST channels": Row(HANGS, "act", {"kind": "slack", "name": "Hall", "address": "https://hooks.example.com/x"}),
    "POST channels/{channel_id}/test": Row(each(404, 404, 404, 404, 422), "act"),  # nobody goes to a private address
    "POST channels/{channel_id}/secret": Row(MANAGED, "act"),
    "POST channels/{channel_id}/forget": Row(ENDED, "act"),
    "POST channels/{channel_id}/end": Row(ENDED, "act"),
    "GET deliveries": Row(OPEN),
    "POST deliveries/{delivery_id}/retry": Row(MANAGED, "act"),
    "POST deliveries/retry": Row(each(403, 403, 403, 403, 200), "act"),
    "GET accounts": Row(MANAGED),
    "POST people": Row(each(404, 404, 404, 404, 201), "act", {"email": "ines@example.com"}),
    "POST people/{person_id}/access": Row(MANAGED, "act", {"access": "guest"}),
    "POST people/{person_id}/close": Row(MANAGED, "act"),
    "POST people/{person_id}/reopen": Row(MANAGED, "act"),
    "POST people/{person_id}/sessions/end": Row(ENDED, "act"),
    "GET tokens": Row(OPEN),
    "POST tokens/{token_id}/end": Row(each(404, 404, 404, 200, 200), "act"),
}
