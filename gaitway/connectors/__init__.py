"""The ways to the numbers. A connector is a folder with one line in `registry`; the first that serves a place is taken.

A connector imports its driver inside `run`, so that this page stays quick to import.
"""

from __future__ import annotations

from . import databases
from .base import Connector, Place
from .files import Files
from .prometheus import Prometheus
from .web import Web

registry: tuple[Connector, ...] = (
    Files(),
    Web(),
    Prometheus(),
    databases.POSTGRES,
    databases.MYSQL,
    databases.CLICKHOUSE,
    databases.TRINO,
    databases.SNOWFLAKE,
    databases.BIGQUERY,
    databases.SPARK,
)


class Unserved(ValueError):
    """No connector serves this place."""


def find(place: Place) -> Connector:
    """Raises Unserved."""
    for connector in registry:
        if connector.serves(place):
            return connector
    scheme = place.location.partition("://")[0]
    raise Unserved(f"There is no connector for {scheme}:// addresses.")
