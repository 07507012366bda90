"""Spark: `sc://host:15002` (Spark Connect), `spark://host:7077/data` (a cluster), `spark+local:///data` (here; Java 17).

Behind `spark` and `spark+local` stands the folder whose Parquet and CSV files and folders are the tables. Spark knows no
role and no read-only session, so the walls are: a subquery of ours, which can't be a command; files by name, scripts and
reflection switched off in the session; and the analysed plan, of which every node must be known to read."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..base import Limits, Sign
from .address import Address, BadAddress
from .engine import BATCH, SHOWN, Answer, Denied, Engine, Fault
from .wall import bare, check

SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.runSQLOnFiles": "false"}
# They call any method of the machine's Java, or tell about the machine.
FUNCTIONS = (
    "reflect",
    "java_method",
    "try_reflect",
    "input_file_name",
    "input_file_block_start",
    "input_file_block_length",
)
# fmt: off
READING = frozenset({
    "Aggregate", "AsOfJoin", "CTERelationDef", "CTERelationRef", "Deduplicate", "Distinct", "DomainJoin", "Except", "Expand",
    "Filter", "Generate", "GlobalLimit", "Intersect", "Join", "LateralJoin", "LocalLimit", "LocalRelation", "Offset",
    "OneRowRelation", "Pivot", "Project", "Range", "Relation", "RelationV2", "Repartition", "RepartitionByExpression",
    "ResolvedHint", "Sample", "Sort", "Subquery", "SubqueryAlias", "Tail", "Union", "UnionLoop", "UnionLoopRef", "Unpivot",
    "View", "Window", "WithCTE",
})
# fmt: on
_NODE = re.compile(r"^[\s:|*!+-]*([A-Za-z]\w*)", re.MULTILINE)
_ANALYSED = re.compile(r"== Analyzed Logical Plan ==\n(.*?)\n== Optimized Logical Plan ==", re.DOTALL)
_LOST = re.compile(
    r"UNAVAILABLE|failed to connect|Connection refused|SparkContext was shut down|lost worker|StatusCode", re.I
)
_LARGE = re.compile(r"maxResultSize|OutOfMemoryError|Java heap space")


class Spark(Engine):
    extra, driver = "spark", "pyspark"
    writes, room_mb = True, 0  # a JVM has its own heap, and shuffles through files in the folder of the child

    session: Any = None

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import pyspark

        for name in (pyspark.__name__, "SQLQueryContextLogger", "py4j"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors are raised besides

        if address.scheme == "sc":
            address.known(("ssl", "token"))
        else:
            address.known(())
            self.files = _files(Path("/", *address.path))

    def start(self) -> None:
        if self.address.scheme != "sc":
            self._session()

    def _session(self) -> None:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("gaitway")
        if self.address.scheme == "sc":
            self.session = builder.remote(self._remote()).create()
        else:
            here = os.environ["TMPDIR"]
            master = "local[2]"
            if self.address.scheme == "spark":
                master = f"spark://{self.address.host}:{self.address.port or 7077}"
            else:
                builder = builder.config("spark.driver.host", "127.0.0.1").config(
                    "spark.driver.bindAddress", "127.0.0.1"
                )
            for name, value in {
                "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false", "spark.local.dir": here, "spark.sql.warehouse.dir": f"{here}/warehouse",
                "spark.driver.memory": f"{self.limits.memory_mb}m", "spark.sql.shuffle.partitions": "8",
                "spark.driver.maxResultSize": str(4 * self.limits.bytes), "spark.sql.catalogImplementation": "in-memory",
                "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
                # What a cancelled query left is asked back without an end, and stopping waits for it: a minute and more.
                "spark.cleaner.referenceTracking": "false",
            }.items():  # fmt: skip
                builder = builder.config(name, value)
            self.session = builder.master(master).getOrCreate()
            self.session.sparkContext.setLogLevel("OFF")
            self._furnish()
        for name, value in SETTINGS.items():
            self.session.conf.set(name, value)

    def _remote(self) -> str:
        parts = [f"sc://{self.address.host}:{self.address.port or 15002}/"]
        if self.address.options.get("ssl") == "true":
            parts.append("use_ssl=true")
        if token := self.address.options.get("token") or self.address.password:
            parts.append(f"token={token}")
        if self.address.user:
            parts.append(f"user_id={self.address.user}")
        return ";".join(parts)

    def _furnish(self) -> None:
        """The declared tables, and a session that knows no function to leave it."""
        for name, path in self.files.items():
            read = self.session.read
            if _kind(path) == "csv":
                frame = read.csv(f"file://{path}", header=True, inferSchema=True)
            else:
                frame = read.parquet(f"file://{path}")
            frame.createOrReplaceTempView(name)
        registry = self.session._jsparkSession.sessionState().functionRegistry()
        identifier = self.session._jvm.org.apache.spark.sql.catalyst.FunctionIdentifier
        option = self.session._jvm.scala.Option.apply
        for name in FUNCTIONS:
            registry.dropFunction(identifier(name, option("builtin"), option("system")))

    def open(self) -> None:
        if self.session is None:
            self._session()
        _ = self.session.version  # Spark Connect connects only now

    def close(self) -> None:
        """The session serves all queries: none can change it."""

    def ask(self, sql: str) -> Answer:
        check(sql, "spark", strict=True)
        frame = self.session.sql(f"select * from ({bare(sql)}\n)")  # noqa: S608  # that is what is asked for
        self._look_at(frame)
        kinds = [field.dataType.simpleString() for field in frame.schema.fields]
        rows = frame.limit(self.limits.rows + 1).collect()
        batches = (
            [
                [_zoned(value, kind) for value, kind in zip(row, kinds, strict=True)]
                for row in rows[first : first + BATCH]
            ]
            for first in range(0, len(rows), BATCH)
        )
        return Answer(frame.columns, kinds, batches)

    def _look_at(self, frame: Any) -> None:
        """Raises Denied where the analysed plan does anything but read."""
        here = self.address.scheme != "sc"
        text = frame._jdf.queryExecution().toString() if here else frame._explain_string("extended")
        found = _ANALYSED.search(text)
        if found is None:
            raise Denied("Spark shows no plan of this query, so it is not run.")
        _, _, tree = found[1].partition("\n")  # behind the line of its columns
        for name in _NODE.findall(tree):
            if name not in READING and not name.endswith("subquery") and name not in ("exists", "list"):
                raise Denied(f"{name} is not allowed in a KPI. Only read.")

    def cancel(self) -> None:
        if self.session is None:
            return
        if self.address.scheme == "sc":
            self.session.interruptAll()
        else:
            self.session.sparkContext.cancelAllJobs()

    def explain(self, error: Exception) -> Fault:
        says = str(error).strip()
        if "JAVA_GATEWAY_EXITED" in says:
            return Fault(
                "Java isn't found. Spark needs Java 17 where `gaitway work` runs: apt-get install default-jre-headless."
            )
        if _LARGE.search(says):
            return Fault("The answer is larger than an answer may be; a KPI has one row a period.")
        first = re.split(r"\n\s*at |\nJVM stacktrace|SQLSTATE|;\n'|\n== SQL", says)[0]
        first = re.sub(r"^\[[A-Z_.]+\] ", "", first)
        return Fault(re.sub(r"\s+", " ", first).strip(" .") + ".", bool(_LOST.search(says)))

    def rights(self) -> Iterator[Sign]:
        if self.address.scheme == "sc":
            yield Sign("only reads", True, "SELECT is all that is sent; what may be read is up to the server")
        else:
            yield Sign("only reads", True, f"{len(self.files)} tables over files, in a session that has no command")

    def about(self) -> Iterator[Sign]:
        yield Sign("who", True, self.address.user or "nobody in particular")
        yield Sign("server", True, f"Spark {self.session.version}, asked in UTC")

    def tables(self) -> Sequence[str]:
        return sorted(table.name for table in self.session.catalog.listTables())[: SHOWN + 1]


def _zoned(value: object, kind: str) -> object:
    """Spark's TIMESTAMP is a moment; the driver gives it as local time, which is UTC in the child."""
    return value.replace(tzinfo=UTC) if kind == "timestamp" and isinstance(value, datetime) else value


def _kind(path: Path) -> str:
    """csv, parquet, or nothing. A folder is what its files are."""
    if path.is_dir():
        return next((kind for inner in sorted(path.iterdir()) if not inner.is_dir() and (kind := _kind(inner))), "")
    return suffix if (suffix := path.suffix.lower().lstrip(".")) in ("csv", "parquet") else ""


def _files(folder: Path) -> dict[str, Path]:
    """The tables of a folder by name. Raises BadAddress."""
    if not folder.is_dir():
        raise BadAddress(f"{folder} is no folder. Name the one that holds the Parquet or CSV tables.")
    found = {path.stem: path for path in sorted(folder.iterdir()) if _kind(path)}
    if not found:
        raise BadAddress(f"{folder} holds no Parquet or CSV table.")
    return found


ENGINE = Spark
