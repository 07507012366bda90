"""What do I do today, and which goal does it serve?"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.queries import mywork as asked

from .taskparts import Sight, TaskPoint
from .values import Out, viewer

router = Router()


class MyTask(Out):
    """`stale`: for how many days it has stood in its column, where that is long."""

    task_id: int = Field(validation_alias="pk")
    name: str
    state: str
    due: date | None
    late: bool
    stale: int | None
    sight: Sight
    why: str
    points: list[TaskPoint]


class TaskGroup(Out):
    """`key`: late, today, week, later or waiting."""

    key: str
    tasks: list[MyTask]


class MyWork(Out):
    """`done`: this week. `owed`: what others wait for, as the inbox has it: values, decisions and answers. `more`: tasks
    beyond the 200 that are listed."""

    groups: list[TaskGroup]
    total: int
    late: int
    today: int
    goals: int
    done: int
    owed: dict[str, int] = Field(validation_alias="owed_kinds")
    more: int


@router.get("/my-work", response=MyWork)
def page(request: HttpRequest) -> asked.MyWork:
    """One's own open tasks, each with its line of sight."""
    return asked.page(viewer(request), timezone.now())
