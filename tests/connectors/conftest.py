"""The engines, for every test of the connectors."""

from tests.connectors.engines import (  # noqa: F401  # fixtures
    chdb_engine,
    duckdb_engine,
    engines_folder,
    mariadb_engine,
    postgres_engine,
    spark_engine,
)
