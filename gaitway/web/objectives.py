from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import objectives as asked

from .charts.strategymap import strategymap
from .environment import today
from .viewer import viewer


@require_safe
def objectives(request: HttpRequest) -> HttpResponse:
    """The tree; `?show=map` draws it."""
    trees = asked.trees(viewer(request), today())
    drawn = [strategymap(tree) for tree in trees] if request.GET.get("show") == "map" else []
    return render(request, "objectives.html", {"trees": trees, "drawn": drawn})


@require_safe
def objective(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    tree, branch = asked.find(person, key, today())
    return render(request, "objective.html", {"tree": tree, "branch": branch, "history": asked.history(person, branch)})
