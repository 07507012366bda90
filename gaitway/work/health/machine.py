"""The machine: space, clock, key, and whether mail goes out."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.db import connection

from gaitway.lib import home
from gaitway.models import Event

from .check import Check, bad, fine, warn

LEAST_SPACE, LITTLE_SPACE = 1_000_000_000, 5_000_000_000  # bytes
APART, FAR_APART = 2.0, 30.0  # seconds
AHEAD = timedelta(minutes=1)
NOBODY = "localhost"  # Django's default of EMAIL_HOST: mail isn't set up


def checks(at: datetime) -> Iterator[Check]:
    yield _space()
    yield _clock(at)
    yield _key()
    yield _mail()


def _space() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    says = f"{free / 1e9:.1f} GB free in {settings.HOME}"
    if free < LEAST_SPACE:
        return bad("space", says, "Make room: below 1 GB a write may fail half-way through a backup or an upgrade.")
    if free < LITTLE_SPACE:
        return warn("space", says, "Make room before it is needed.")
    return fine("space", says)


def _clock(at: datetime) -> Check:
    """Against the database's, the file system's, and what was recorded so far."""
    if newest := Event.objects.filter(at__gt=at + AHEAD).order_by("-at").first():
        return bad("clock", f"an event is of {newest.at:%Y-%m-%d %H:%M}, and here it is {at:%Y-%m-%d %H:%M} UTC",
                   "Set the clock by NTP: verdicts are judged by the day.")  # fmt: skip
    apart = {"the file system": _file_system()}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select extract(epoch from clock_timestamp())")
            apart["the database"] = float(cursor.fetchone()[0]) - time.time()
    where, most = max(apart.items(), key=lambda each: abs(each[1]))
    says = f"{abs(most):.1f} s apart from {where}"
    if abs(most) > FAR_APART:
        return bad("clock", says, "Set both clocks by NTP: leases of jobs and links that sign in go by them.")
    return warn("clock", says, "Set both clocks by NTP.") if abs(most) > APART else fine("clock", says)


def _file_system() -> float:
    with tempfile.NamedTemporaryFile(dir=settings.HOME, prefix=".clock-") as file:
        return Path(file.name).stat().st_mtime - time.time()


def _key() -> Check:
    if weak := home.weakness(settings.SECRET_KEY):
        return bad(
            "secret key", f"it {weak}", "Set GAITWAY_SECRET_KEY to 48 random characters; everybody signs in again."
        )
    path = settings.HOME / "secret-key"
    if path.exists() and path.stat().st_mode & 0o077:
        return warn("secret key", f"others can read {path}", f"chmod 600 {path}")
    return fine("secret key", f"{len(settings.SECRET_KEY)} characters, for its owner alone")


def _mail() -> Check:
    host = settings.EMAIL_HOST
    if host == NOBODY or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return fine("mail", "not set up; people are told in the inbox")
    try:
        server = mail.get_connection(timeout=5)
        server.open()
        server.close()
    except (OSError, SMTPException) as error:
        return bad("mail", f"{host}:{settings.EMAIL_PORT} can't be reached: {type(error).__name__}",
                   "Look at the address, the port and the password of the mail server.")  # fmt: skip
    return fine("mail", f"{host}:{settings.EMAIL_PORT} answers")
