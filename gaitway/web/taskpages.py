"""One task, and what belongs to it: points, comments, files, links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, comments, files, points, tasks
from gaitway.models import File, Person, Task
from gaitway.queries import comments as asked_comments
from gaitway.queries import taskpages as asked
from gaitway.queries import tasks as asked_tasks

from . import undo
from .boards import WRONG_DAY
from .environment import today
from .tasks import back
from .viewer import viewer, wants_json

# What a browser may take a file for when it keeps it. Anything else is bytes.
SAFE = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".pdf": "application/pdf", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8",
}  # fmt: skip


class ChangeForm(forms.Form):
    """What of a task can be changed in place; a field that isn't sent stays as it is."""

    name = forms.CharField(
        max_length=tasks.LONGEST_NAME, error_messages={"required": gettext_lazy("Give the task a name.")}
    )
    note = forms.CharField(max_length=tasks.LONGEST_NOTE, required=False, strip=False)
    owner = forms.IntegerField(required=False)
    accountable = forms.IntegerField(required=False)
    due = forms.DateField(required=False, error_messages={"invalid": WRONG_DAY})
    estimate_days = forms.FloatField(
        required=False, min_value=0, max_value=tasks.MOST_DAYS,
        error_messages={"invalid": gettext_lazy("Write a number of days, like 2 or 0.5.")},
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, task: Task) -> None:
        now: dict[str, Any] = {name: getattr(task, name) for name in ("name", "note", "due")}
        now["estimate_days"] = None if task.estimate_days is None else f"{task.estimate_days:g}"
        super().__init__(data, initial={**now, "owner": task.owner_id, "accountable": task.accountable_id})
        if data is not None:
            for name in [each for each in self.fields if each not in data]:
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """As actions.tasks.change takes them. Raises Refused for somebody who isn't there."""
        found: dict[str, Any] = dict(self.cleaned_data)
        for name in {"owner", "accountable"} & found.keys():
            person = Person.objects.filter(pk=found[name]).first() if found[name] else None
            if found[name] and person is None:
                raise Refused(_("There is nobody with this number."))
            found[name] = person
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Posting changes the fields that are sent: one by one in place, or all at once."""
    person, form = viewer(request), None
    if request.method == "POST":
        found = asked_tasks.find(person, pk)
        tasks.require_worker(found, person)
        form = ChangeForm(request.POST, found)
        if form.is_valid():
            try:
                tasks.change(found, form.changes(), by=person, at=timezone.now())
            except Refused as error:
                form.add_error(next(iter(form.fields), None), str(error))
            else:
                if wants_json(request):
                    return JsonResponse({"says": _("Saved.")})
                messages.success(request, _("Saved."))
                return redirect("task", pk=pk)
        if wants_json(request):
            return JsonResponse(
                {"errors": {name: " ".join(map(str, said)) for name, said in form.errors.items()}}, status=422
            )
    page = asked.page(person, pk, timezone.now(), today())
    full = ChangeForm(None, page.task)
    context = {"page": page, "form": full, "wrong": form.errors if form else {}, "typed": request.POST}
    return render(request, "task.html", context, status=422 if form else 200)


@require_POST
def task_points(request: HttpRequest, pk: int) -> HttpResponse:
    found = asked_tasks.find(viewer(request), pk)
    return _answer(
        request, found, lambda by, at: points.add(found, request.POST.get("text", ""), by=by, at=at), "#points"
    )


@require_POST
def task_point(request: HttpRequest, pk: int) -> HttpResponse:
    """`what`: done, open, up, down or remove."""
    item, what = asked.item(viewer(request), pk), request.POST.get("what", "done")

    def act(by: Person, at: Any) -> object:
        if what == "remove":
            return points.remove(item, by=by, at=at)
        if what in ("up", "down"):
            return points.shift(item, -1 if what == "up" else 1, by=by, at=at)
        done, before = what != "open", item.done_on
        points.tick(item, by=by, at=at, on=today(), done=done)
        if (before is not None) != done:
            said = _("Done: %(task)s") if done else _("Open again: %(task)s")
            undo.offer(request, said % {"task": item.text}, "point ticked", item=item.pk, done=done,
                       on=before.isoformat() if before else "")  # fmt: skip
        return None

    return _answer(request, item.task, act, "#points")


@require_POST
def task_comments(request: HttpRequest, pk: int) -> HttpResponse:
    found, text = asked_tasks.find(viewer(request), pk), request.POST.get("text", "")
    return _answer(request, found, lambda by, at: comments.add(found, text, by=by, at=at), "#comments")


@require_POST
def comment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = asked_comments.find(viewer(request), pk)
    return _answer(request, found.task, lambda by, at: comments.remove(found, by=by, at=at), "#comments")


@require_safe
def task_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom one may call by an @ here: those who may see it."""
    found = asked_tasks.find(viewer(request), pk)
    named = asked_comments.suggestions(found.initiative, request.GET.get("q", "")[:100])
    return render(request, "parts/mentions.html", {"people": named})


@require_POST
def task_files(request: HttpRequest, pk: int) -> HttpResponse:
    found = asked_tasks.find(viewer(request), pk)
    sent = [each for each in request.FILES.getlist("file") if isinstance(each, UploadedFile)]

    def act(by: Person, at: Any) -> object:
        if not sent:
            raise Refused(_("Choose a file."))
        for each in sent:
            if (each.size or 0) > File.MOST:  # not read to the end
                said = _("%(name)s is larger than %(most)s MB: put it elsewhere, and add a link to it.")
                raise Refused(said % {"name": each.name, "most": File.MOST // 2**20})
            files.add(found.initiative, each.name or "", each.read(), by=by, at=at, task=found)
        return None

    return _answer(request, found, act, "#attached")


@require_POST
def task_links(request: HttpRequest, pk: int) -> HttpResponse:
    found, said = asked_tasks.find(viewer(request), pk), request.POST
    url, title = said.get("url", ""), said.get("title", "")
    return _answer(
        request, found, lambda by, at: files.link(found.initiative, url, title, by=by, at=at, task=found), "#attached"
    )


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Always to be kept, never shown in place of a page of ours."""
    found = asked.file(viewer(request), pk, content=True)
    ending = "." + found.name.rpartition(".")[2].lower()
    answer = HttpResponse(bytes(found.content), content_type=SAFE.get(ending, "application/octet-stream"))
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
def file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _remove(request, asked.file(viewer(request), pk))


@require_POST
def link_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _remove(request, asked.link(viewer(request), pk))


def _remove(request: HttpRequest, thing: Any) -> HttpResponse:
    person = viewer(request)
    files.remove(thing, by=person, at=timezone.now())
    messages.success(request, _("Removed: %(name)s") % {"name": thing})
    if thing.task_id:
        return redirect("task", pk=thing.task_id)
    return back(request) or redirect("initiative", key=asked_tasks.key_of(thing.initiative))


def _answer(request: HttpRequest, found: Task, act: Any, part: str) -> HttpResponse:
    """Does it, and shows the page again: with what was typed and what is wrong, where it was refused."""
    person = viewer(request)
    try:
        act(person, timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        page = asked.page(person, found.pk, timezone.now(), today())
        context = {
            "page": page,
            "form": ChangeForm(None, page.task),
            "refused": {part: str(error)},
            "typed": request.POST,
        }
        return render(request, "task.html", {**context, "wrong": {}}, status=422)
    return back(request) or redirect(reverse("task", args=[found.pk]) + part)
