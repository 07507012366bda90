"""Texts as `lib.folding` folds them, inside the database."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Func, TextField
from django.dispatch import receiver

from gaitway.lib import folding


class Folded(Func):
    function = "gaitway_fold"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        said = "normalize(lower(%(expressions)s), NFKD)"
        for letter, letters in folding.DOUBLE.items():
            said = f"replace({said}, '{letter}', '{letters}')"
        said = f"translate({said}, '{folding.STRANGE}', '{folding.PLAIN}')"
        return self.as_sql(
            compiler, connection, template=f"regexp_replace({said}, '{folding.MARKS}', '', 'g')", **extra
        )


@receiver(connection_created, dispatch_uid="gaitway_fold")
def _teach(connection: BaseDatabaseWrapper, **_: object) -> None:
    """SQLite learns it from Python, with each connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("gaitway_fold", 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return None if text is None else folding.fold(text)
