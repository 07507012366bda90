"""Brings Django up for a command, on a database that is up to date."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .outcome import WrongInput

if TYPE_CHECKING:
    from gaitway.models import Person


def start() -> None:
    """Reads the settings, and makes or upgrades the tables where they aren't those of this version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gaitway.settings")
    import django

    try:
        django.setup()
    except OSError as error:
        raise WrongInput(f"The home can't be used: {error}. Choose another one with --home.") from None
    from django.db import DatabaseError, connection
    from django.utils import translation

    translation.activate("en")  # the terminal speaks one language, as logs do

    try:
        if not _is_current():
            _upgrade()
    except DatabaseError as error:
        raise WrongInput(f"The database {connection.settings_dict['NAME']} can't be used: {error}") from None


def _upgrade() -> None:
    """One process at a time: several may start at once, and the others find it done."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext('gaitway upgrade'))")
            try:
                if not _is_current():
                    call_command("migrate", verbosity=0, interactive=False)
            finally:
                cursor.execute("select pg_advisory_unlock(hashtext('gaitway upgrade'))")
        return
    from django.conf import settings

    with (settings.HOME / "upgrade-lock").open("a") as lock:
        if os.name == "posix":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current():
            call_command("migrate", verbosity=0, interactive=False)


def _is_current() -> bool:
    from django.apps import apps
    from django.db import connection

    folders = [(config.label, Path(config.path) / "migrations") for config in apps.get_app_configs()]
    here = {(label, path.stem) for label, folder in folders for path in folder.glob("0*.py")}
    if "django_migrations" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        return here <= set(cursor.fetchall())


def now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def whoever(email: str) -> Person:
    """The person who acts: by e-mail, or whoever sits at the terminal."""
    from gaitway.actions import people
    from gaitway.models import Person

    if not email:
        return people.terminal(at=now())
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise WrongInput(f"There is nobody with the e-mail {email!r} here.")
    person.day = today()
    return person


def day(text: str, option: str) -> date:
    from gaitway.lib import days

    try:
        return days.parse(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {error}.") from None
