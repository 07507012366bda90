from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import boards
from gaitway.models import Strategy, Task
from gaitway.queries import boards as asked

from .scopes import ACT
from .values import In, Out, Person, viewer

router = Router()
NAMES = {"to_do": Task.State.TO_DO.value, "doing": Task.State.DOING.value, "waiting": Task.State.WAITING.value}
Limit = Annotated[int, Field(ge=1, le=boards.MOST)]


class Card(Out):
    """`stale`: for how many days it has stood there, where that is long; `points`: how many it has, and how many are done."""

    task_id: int = Field(validation_alias="pk")
    name: str
    owner: Person | None
    due: date | None
    late: bool
    initiative_id: str = Field(validation_alias="initiative_key")
    initiative: str
    stale: int | None
    points: int
    points_done: int
    can_move: bool


class BoardColumn(Out):
    """`count` are those that the filters leave, `total` all that the reader sees; `more` of them aren't among the cards.
    `limit` is said, and stops nobody."""

    state: str
    cards: list[Card]
    count: int
    total: int
    limit: int | None
    over: bool
    more: int


class Board(Out):
    """`doers`: people who do something; `late`: tasks. `pages`: of the column that was asked for alone."""

    columns: list[BoardColumn]
    doers: int
    late: int
    can_limit: bool
    pages: int


class Limits(Out):
    strategy_id: str
    to_do: int | None
    doing: int | None
    waiting: int | None


class Limiting(In):
    """What isn't sent stays; null: as many as there are."""

    to_do: Limit | None = None
    doing: Limit | None = None
    waiting: Limit | None = None


@router.get("/board", response=Board)
def board(
    request: HttpRequest,
    q: str = "",
    show: Literal["team", "mine"] = "team",
    owner: str = "",
    initiative: str = "",
    objective: str = "",
    strategy: str = "",
    stage: str = "",
    column: Literal["", "to do", "doing", "waiting", "done"] = "",
    page: Annotated[int, Field(ge=1, le=99_999)] = 1,
) -> asked.Board:
    """What is done this week: the tasks of the present stages, those that somebody began, and what was done since Monday.
    50 cards a column; with `column` one alone, 200 a page. `owner` is an e-mail or `nobody`."""
    said = {
        "q": q, "show": show, "owner": owner, "initiative": initiative, "objective": objective, "strategy": strategy,
        "stage": stage, "column": column, "page": str(page),
    }  # fmt: skip
    return asked.board(viewer(request), asked.Filters.of(said), timezone.now())


@router.put("/strategies/{strategy_id}/limits", response=Limits, auth=ACT)
def limit(request: HttpRequest, strategy_id: str, limiting: Limiting) -> dict[str, object]:
    """How many tasks of the strategy may stand in each column of the board."""
    person = viewer(request)
    row = Strategy.objects.visible_to(person).get(key=strategy_id)
    said = {NAMES[name]: getattr(limiting, name) for name in limiting.model_fields_set}
    boards.set_limits(row, said, by=person, at=timezone.now())
    return {"strategy_id": strategy_id, **{name: row.limits.get(state) for name, state in NAMES.items()}}
