"""One's own inbox: laid aside, and done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from gaitway.models import Notice
from tests.api.conftest import read
from tests.world import World


def test_a_notice_is_laid_aside_until_a_morning(house: World, caller: Any) -> None:
    notice, call = Notice.objects.get(person=house.sofia), caller("sofia")
    day = timezone.localdate() + timedelta(days=2)
    answer = read(call("POST", f"inbox/{notice.pk}/later", {"until": day.isoformat()}))
    assert answer["notice_id"] == notice.pk
    assert answer["later_until"].startswith(f"{day}T07:00")
    inbox = read(call("GET", "inbox?tab=later"))
    assert [(each["notice_id"], inbox["later"]) for each in inbox["notices"]] == [(notice.pk, 1)]
    late = call("POST", f"inbox/{notice.pk}/later", {"until": "2020-01-01"})
    assert late.status_code == 422
    assert "within a year" in read(late)["error"]["message"]


def test_all_that_one_follows_is_done(house: World, caller: Any) -> None:
    call = caller("sofia")
    assert read(call("POST", "inbox/done")) == {"done": 1}
    assert read(call("POST", "inbox/done")) == {"done": 0}
    assert read(call("GET", "inbox?tab=follow"))["notices"] == []
