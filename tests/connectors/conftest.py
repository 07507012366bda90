"""The engines, for every test of the connectors."""

import gc
import sys
import warnings
from collections.abc import Iterator

import pytest

from tests.connectors.engines import (  # noqa: F401  # fixtures
    chdb_engine,
    duckdb_engine,
    engines_folder,
    mariadb_engine,
    postgres_engine,
    spark_engine,
)


@pytest.fixture(autouse=True, scope="module")
def sparks_sockets() -> Iterator[None]:
    """Spark forgets to close its sockets: they go here, with its tests, and not in whatever test comes later."""
    yield
    if "pyspark" in sys.modules:
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            gc.collect()
