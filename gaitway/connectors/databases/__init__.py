"""KPI SQL that runs where the data is: PostgreSQL, MySQL, ClickHouse, Trino, Snowflake, BigQuery, Spark.

The path of a query: `parent` starts a child process for each source and watches its time; `child` connects with the
engine of the address, looks whether it may only read, and asks one query after the other. An engine is one file: how to
connect, how to ask so that only one reading statement can run, how to stop it at the server, what it may do there.
"""

from .parent import Database

BIGQUERY = Database("bigquery", "BigQuery", ("bigquery",), "bigquery")
CLICKHOUSE = Database("clickhouse", "ClickHouse", ("clickhouse", "clickhouses"), "clickhouse")
MYSQL = Database("mysql", "MySQL", ("mysql", "mariadb"), "mysql")
POSTGRES = Database("postgres", "PostgreSQL", ("postgresql", "postgres"), "postgres")
SNOWFLAKE = Database("snowflake", "Snowflake", ("snowflake",), "snowflake")
SPARK = Database(
    "spark", "Spark", ("spark", "sc", "spark+local"), "spark", ("PATH", "JAVA_HOME"), 240.0
)  # seconds for a JVM
TRINO = Database("trino", "Trino", ("trino", "trinos"), "trino")

__all__ = ["BIGQUERY", "CLICKHOUSE", "MYSQL", "POSTGRES", "SNOWFLAKE", "SPARK", "TRINO", "Database"]
