"""Every address, under its name. The matrix test reads them from here."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from gaitway.web import (
    errors,
    events,
    gates,
    grid,
    initiatives,
    kpis,
    live,
    notices,
    operating,
    people,
    portfolio,
    signin,
    sources,
    tasks,
    tokens,
    uploads,
)

urlpatterns = [
    path("", portfolio.portfolio, name="portfolio"),
    path("initiatives/<path:key>/", initiatives.initiative, name="initiative"),
    path("gates/<path:key>/approve/", gates.approve, name="approve"),
    path("gates/<path:key>/", gates.gate, name="gate"),
    path("kpis/", kpis.library, name="kpis"),
    path("kpis/enter/", grid.grid, name="grid"),
    path("kpis/enter/undo/", grid.grid_undo, name="grid_undo"),
    path("kpis/import/", uploads.uploads, name="uploads"),
    path("kpis/import/<int:pk>/", uploads.upload, name="upload"),
    path("kpis/import/<int:pk>/check/", uploads.upload_check, name="upload_check"),
    path("kpis/import/<int:pk>/import/", uploads.upload_import, name="upload_import"),
    path("kpis/import/<int:pk>/undo/", uploads.upload_undo, name="upload_undo"),
    path("kpis/<path:key>/limits/", kpis.reset_limits, name="reset_limits"),
    path("kpis/<path:key>/", kpis.kpi, name="kpi"),
    path("inbox/", notices.inbox, name="inbox"),
    path("inbox/<int:pk>/done/", notices.notice_done, name="notice_done"),
    path("feed/", events.feed, name="feed"),
    path("sources/", sources.overview, name="sources"),
    path("sources/<int:pk>/pull/", sources.pull, name="pull_source"),
    path("sources/<int:pk>/cancel/", sources.cancel, name="cancel_source"),
    path("live/", live.stream, name="live"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("checklist/<int:pk>/done/", tasks.item_done, name="item_done"),
    path("me/display/", people.display, name="display"),
    path("me/tokens/", tokens.listed, name="tokens"),
    path("me/tokens/<int:pk>/end/", tokens.end, name="token_end"),
    path("login/", login_not_required(signin.signin), name="login"),
    path("enter/<int:pk>/<str:token>/", login_not_required(signin.enter), name="enter"),
    path("demo/<str:token>/", login_not_required(signin.demo), name="demo"),
    path("logout/", signin.signout, name="logout"),
    path("healthz", login_not_required(operating.healthz), name="healthz"),
    path("metrics", login_not_required(operating.metrics), name="metrics"),
]
handler400, handler403, handler404, handler500 = errors.bad, errors.forbidden, errors.missing, errors.broken
