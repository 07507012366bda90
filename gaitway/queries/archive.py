"""Everything that is kept, as an archive: for whoever holds the machine, so that no viewer is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.apps import apps as present
from django.apps.registry import Apps
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import BinaryField, JSONField, Model

from gaitway.lib.archive import Head, Tail, Writer, cell, document

OURS = "gaitway_"
OF_THIS_PLACE = frozenset({"hold", "worker"})  # what an installation does just now, not what it knows
# Without accounts neither secrets nor what only serves those who have them.
# Without accounts these are left out, and are this where the archive is read: nobody signs in with it, nothing is reached.
SECRETS = {
    ("person", "password"): "!",
    ("channel", "address"): "", ("channel", "secret"): "", ("channel", "secret_before"): "",
}  # fmt: skip
# Of the library that signs people in: second factors, links to single sign-on, addresses.
SIGNING_IN = {
    "account_emailaddress": ("account", "EmailAddress"),
    "mfa_authenticator": ("mfa", "Authenticator"),
    "socialaccount_socialaccount": ("socialaccount", "SocialAccount"),
}
ACCOUNTS = frozenset({"token", "reply", "invitation", "screen", "screen_views", *SIGNING_IN})


def tables(apps: Apps = present, *, accounts: bool = True) -> dict[str, type[Model]]:
    """By name, in the order of an archive; also the tables between two models. `apps` may be of an older schema of ours;
    those of the library are always of the present one."""
    models = apps.get_app_config("gaitway").get_models(include_auto_created=True)
    found = {model._meta.db_table.removeprefix(OURS): model for model in models}
    found |= {name: present.get_model(*label) for name, label in SIGNING_IN.items()}
    left_out = OF_THIS_PLACE if accounts else OF_THIS_PLACE | ACCOUNTS
    return {name: found[name] for name in sorted(found) if name not in left_out}


def known() -> list[str]:
    """The schemas that this version can read, by the names of their migrations, the oldest first."""
    disk = MigrationLoader(None).disk_migrations or ()
    return sorted(name for app, name in disk if app == "gaitway")


def schema() -> str:
    """The newest one: that of every database that a command has opened."""
    ((_app, name),) = MigrationLoader(None).graph.leaf_nodes("gaitway")
    return str(name)


def write(file: BinaryIO, *, accounts: bool, using: str = "default") -> Tail:
    """As it was at one moment, whatever is written meanwhile; nobody waits for it."""
    writer = Writer(file, Head(schema(), accounts))
    with snapshot(using):
        for name, model in tables(accounts=accounts).items():
            writer.table(name)
            fields = [field for field in model._meta.concrete_fields if accounts or (name, field.column) not in SECRETS]
            made = [(str(field.column), document if isinstance(field, JSONField) else cell) for field in fields]
            rows = model._base_manager.using(using).order_by("pk").values_list(*(field.attname for field in fields))
            heavy = any(isinstance(field, BinaryField) for field in fields)  # megabytes each: one by one
            for row in rows.iterator(chunk_size=1 if heavy else 2000):
                writer.row(name, {column: make(value) for (column, make), value in zip(made, row, strict=True)})
    return writer.end()


def counts(using: str = "default") -> dict[str, int]:
    """Rows by table."""
    return {name: model._base_manager.using(using).count() for name, model in tables().items()}


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """What is read inside is of one moment. Inside a transaction, of that transaction."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(using):
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
            yield
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("begin deferred")  # Django's own would wait for writers, and they for it
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("rollback")
