"""Importing a table in four steps, each at its own address: bring it, say what its columns are, put right what is wrong,
import it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import NotAllowed, Refused
from gaitway.actions import uploads as actions
from gaitway.connectors.base import Failure, Limits
from gaitway.connectors.files.table import Table, read_table, read_text
from gaitway.lib.dates import DAY_FIRST, MONTH_FIRST
from gaitway.models import Kpi, Strategy, Upload
from gaitway.queries import mappings
from gaitway.queries import uploads as asked
from gaitway.queries.mappings import Mending
from gaitway.queries.words.happenings import imported

from .environment import today
from .viewer import viewer

LARGEST = 10 * 2**20  # bytes of a file
LIMITS = Limits(rows=20_000, bytes=LARGEST, memory_mb=512)


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Step 1; posting brings a table."""
    person = viewer(request)
    mine = asked.strategies(person)
    context: dict[str, Any] = {"strategies": mine, "recent": asked.recent(person), "largest": LARGEST}
    if request.method != "POST":
        return render(request, "import.html", context)
    try:
        strategy = _chosen(request, mine)
        name, table = _table(request)
        mapping = mappings.remembered(strategy, table.head, table.rows, asked.kpis(person, strategy))
        made = actions.start(strategy, name, table.head, table.rows, mapping, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        context |= {"error": str(error), "text": request.POST.get("text", "")}
        return render(request, "import.html", context, status=422)
    for note in table.notes:
        messages.info(request, note)
    return redirect("upload", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2, what its columns are; or what became of it once it is imported."""
    person = viewer(request)
    found = asked.find(person, pk)
    if found.state != Upload.State.READ:
        if request.method == "POST":
            return redirect("upload", pk=pk)
        said = imported(found.mapping["result"])
        return render(request, "import_done.html", {"upload": found, "sentence": said[:1].upper() + said[1:] + "."})
    mine = asked.kpis(person, found.strategy)
    if request.method == "POST":
        actions.describe(found, _described(request, found, mine), by=person, at=timezone.now())
        if request.POST.get("then") == "check" and not mappings.complete(found.mapping):
            return redirect("upload_check", pk=pk)
    missing = mappings.complete(found.mapping)
    rows = [] if missing else asked.readings(found, found.mapping, mine, today(), asked.PREVIEW)
    context = {"upload": found, "kpis": mine, "missing": missing, "rows": rows, "roles": mappings.PARTS}
    refused = request.method == "POST" and request.POST.get("then") == "check"
    return render(request, "import_columns.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def upload_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: what is wrong, to be put right or left out."""
    person = viewer(request)
    found = asked.find(person, pk)
    if found.state != Upload.State.READ or mappings.complete(found.mapping):
        return redirect("upload", pk=pk)
    mine = asked.kpis(person, found.strategy)
    if request.method == "POST":
        actions.describe(found, _mended(request, found, mine), by=person, at=timezone.now())
        return redirect("upload_check", pk=pk)
    page = asked.check(found, found.mapping, mine, today())
    return render(request, "import_check.html", {"upload": found, "page": page})


@require_POST
def upload_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 4. A second time is refused."""
    person = viewer(request)
    found = asked.find(person, pk)
    if found.state == Upload.State.READ:
        if mappings.complete(found.mapping):
            return redirect("upload", pk=pk)
        page = asked.check(found, found.mapping, asked.kpis(person, found.strategy), today())
        if not page.fine:
            return redirect("upload_check", pk=pk)
        ready = page.ready
    else:
        ready = {}
    try:
        actions.bring_in(found, ready, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    return redirect("upload", pk=pk)


@require_POST
def upload_undo(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    found = asked.find(person, pk)
    try:
        actions.undo(found, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    return redirect("upload", pk=pk)


def _chosen(request: HttpRequest, mine: list[Strategy]) -> Strategy:
    """Raises Refused."""
    if len(mine) == 1:
        return mine[0]
    for strategy in mine:
        if strategy.key == request.POST.get("strategy"):
            return strategy
    raise Refused(_("Choose a strategy.") if mine else _("There is no KPI that you may enter numbers of."))


def _table(request: HttpRequest) -> tuple[str, Table]:
    """The name and the content of what was pasted or uploaded. Raises Refused."""
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file is None and not text.strip():
        raise Refused(_("Paste a table, or choose a file."))
    if file is not None and (file.size or 0) > LARGEST:
        raise Refused(
            _("The file has %(mb)s MB; 10 are the most. Bring it in parts.") % {"mb": (file.size or 0) // 2**20}
        )
    if file is None:
        name, found = "", read_text(text, "pasted.tsv", LIMITS)
    else:
        name, found = str(file.name), _uploaded(file)
    if isinstance(found, Failure):
        raise Refused(found.message)
    return name, found


def _uploaded(file: UploadedFile) -> Table | Failure:
    with tempfile.TemporaryDirectory(prefix="gaitway-table-") as folder:
        suffix = Path(str(file.name)).suffix.lower()[:8]
        path = Path(folder) / f"table{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return read_table(path, str(file.name), LIMITS)


def _described(request: HttpRequest, found: Upload, mine: list[Kpi]) -> dict[str, Any]:
    """The roles as posted; what is none is left out."""
    legal = mappings.roles(mine)
    roles = [request.POST.get(f"role:{i}", "") for i in range(len(found.head))]
    kpi, order, mark = (request.POST.get(name, "") for name in ("kpi", "order", "decimal"))
    return found.mapping | {
        "roles": [role if role in legal else "" for role in roles],
        "kpi": kpi if kpi in {each.key for each in mine} else "",
        "order": MONTH_FIRST if order == MONTH_FIRST else DAY_FIRST,
        "decimal": "," if mark == "," else ".",
    }


def _mended(request: HttpRequest, found: Upload, mine: list[Kpi]) -> dict[str, Any]:
    """What was put right, left out, or called right as it is; with what was before."""
    posted = request.POST
    if posted.get("again"):
        return mappings.anew(found)
    if posted.get("leave") == "all":
        return mappings.mended(found, asked.without_wrong(found, mine, today()))
    keys = {kpi.key for kpi in mine}
    texts = {
        cell: str(text)[: actions.LENGTH].replace("\0", "")
        for name, text in posted.items()
        if (cell := name.removeprefix("cell:")) != name
        and mappings.is_cell(found, cell)
        and text != posted.get(f"was:{cell}")
    }
    named = zip(posted.getlist("unknown"), posted.getlist("named"), strict=False)
    names = {name: None if key == "-" else key for name, key in named if key in keys or key == "-"}
    out = [cell for cell in posted.getlist("out") if mappings.is_cell(found, cell)]
    return mappings.mended(found, Mending(texts, names, out, "shift" in posted, "sure" in posted))
