"""The addresses of the API: the door puts them in the place of the pages' ones."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from . import problems
from .app import api, description

urlpatterns = [
    path("api/v1/openapi.json", login_not_required(description), name="openapi"),
    path("api/v1/", (api.urls[0][1:], *api.urls[1:])),  # without ninja's own first page
]
handler400, handler403, handler404 = problems.malformed, problems.missing, problems.missing
handler500 = problems.broken
