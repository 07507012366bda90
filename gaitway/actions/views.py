from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused
from gaitway.actions.turns import turn
from gaitway.models import Person, Pin, View
from gaitway.queries import views as asked


@turn()
def save(*, name: str, page: str, query: str, scope: str, by: Person, at: datetime) -> View:
    """Keeps what a page shows under a name, and pins it. A name that `by` has on this page already gets the new question.

    Raises Refused for a page, a scope or a name that can't be, and for a question that is too long."""
    if page not in View.Page.values:
        raise Refused(
            _("A view is of one of the pages %(pages)s, not of “%(page)s”.")
            % {"pages": ", ".join(View.Page.values), "page": page[:40]}
        )
    kept = {"query": _query(query), "scope": _scope(scope, by), "at": at}
    view, _made = View.objects.update_or_create(owner=by, page=page, name=_name(name), defaults=kept)
    pin(view, by=by, at=at)
    return view


@turn()
def change(view: View, *, name: str, scope: str, by: Person, at: datetime) -> View:
    """Another name, or other readers. Raises NotAllowed for somebody else's, and Refused where the name is taken."""
    _require(view, by)
    name = _name(name)
    if View.objects.filter(owner=view.owner, page=view.page, name=name).exclude(pk=view.pk).exists():
        raise Refused(
            _("There is a view with the name %(name)s already. Choose another name, or delete that one.")
            % {"name": name}
        )
    view.name, view.scope, view.at = name, _scope(scope, by), at
    view.save(update_fields=["name", "scope", "at"])
    return view


@turn()
def delete(view: View, *, by: Person, at: datetime) -> dict[str, Any]:
    """Answers what `restore` needs to bring it back."""
    _require(view, by)
    pins = list(view.pins.values("person", "position", "digest", "opens"))
    kept = {"owner": view.owner_id, "name": view.name, "page": view.page, "query": view.query, "scope": view.scope}
    view.delete()
    return {**kept, "pins": pins}


@turn()
def restore(kept: dict[str, Any], *, by: Person, at: datetime) -> View:
    """Brings a deleted view back, with the pins of everybody. Raises NotAllowed for somebody else's."""
    if kept["owner"] != by.pk and not by.sees_all:
        raise NotAllowed(_("Only its owner can bring a view back."))
    place = {"owner_id": kept["owner"], "page": kept["page"], "name": kept["name"]}
    view, _made = View.objects.get_or_create(
        **place, defaults={"query": kept["query"], "scope": kept["scope"], "at": at}
    )
    there = set(Person.objects.filter(pk__in=[each["person"] for each in kept["pins"]]).values_list("pk", flat=True))
    for each in kept["pins"]:
        if each["person"] in there:
            known = {name: each[name] for name in ("position", "digest", "opens")}
            Pin.objects.get_or_create(view=view, person_id=each["person"], defaults=known)
    return view


@turn()
def pin(view: View, *, by: Person, at: datetime) -> Pin:
    """Keeps it at hand, behind what is pinned already. Twice changes nothing."""
    last = Pin.objects.filter(person=by).aggregate(last=Max("position"))["last"]
    return Pin.objects.get_or_create(view=view, person=by, defaults={"position": 0 if last is None else last + 1})[0]


@turn()
def unpin(view: View, *, by: Person, at: datetime) -> None:
    """Also ends that its week is mailed and that its page opens with it."""
    Pin.objects.filter(view=view, person=by).delete()


@turn()
def subscribe(view: View, wanted: bool, *, by: Person, at: datetime) -> None:
    """Whether what it shows stands in the weekly digest of `by`."""
    if wanted:
        pin(view, by=by, at=at)
    Pin.objects.filter(view=view, person=by).update(digest=wanted)


@turn()
def open_with(view: View, wanted: bool, *, by: Person, at: datetime) -> None:
    """Whether the page of this view opens with it, for `by`. One view a page does."""
    if wanted:
        pin(view, by=by, at=at)
        Pin.objects.filter(person=by, view__page=view.page).update(opens=False)
    Pin.objects.filter(view=view, person=by).update(opens=wanted)


def _require(view: View, by: Person) -> None:
    if not asked.may_change(by, view):
        raise NotAllowed(_("The view %(view)s is somebody else's. Save one of your own.") % {"view": view.name})


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise Refused(_("A view needs a name of at most 100 characters."))
    return name


def _scope(scope: str, by: Person) -> str:
    allowed = asked.scopes(by)
    if scope not in allowed:
        raise Refused(_("A view is for one of %(allowed)s.") % {"allowed": ", ".join(allowed)})
    return scope


def _query(query: str) -> str:
    kept = asked.clean(query)
    if len(kept) > asked.LONGEST:
        raise Refused(
            _("This question is too long to be kept: %(count)s characters of at most %(most)s.")
            % {"count": len(kept), "most": asked.LONGEST}
        )
    return kept
