from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gaitway.queries import mywork as asked

from .boards import AddForm, add
from .viewer import viewer


@require_http_methods(["GET", "HEAD", "POST"])
def my_work(request: HttpRequest) -> HttpResponse:
    """What do I do today, and which goal does it serve? Posting adds a task of one's own."""
    person, form = viewer(request), AddForm(initial={"mine": True})
    if request.method == "POST":
        form = AddForm(request.POST)
        if add(form, person):
            messages.success(request, _("Added: %(task)s") % {"task": form.cleaned_data["name"]})
            return redirect("my_work")
    page = asked.page(person, timezone.now())
    return render(request, "mywork.html", {"page": page, "form": form}, status=422 if form.errors else 200)
