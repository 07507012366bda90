"""Is this SQL one SELECT over the declared sources? Answered from DuckDB's own parse tree, before anything runs.

This is one of several walls, not the only one: the child runs what passes here in a read-only transaction of a
locked, in-memory database without file access.
"""

from __future__ import annotations

import json
import string
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The parts of a SELECT that are not expressions. What isn't listed is refused: an INSERT can stand inside a WITH,
# and DuckDB still calls the whole a SELECT.
# fmt: off
SHAPES = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE", "BASE_TABLE", "SUBQUERY", "JOIN",
    "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "PIVOT", "DISTINCT_MODIFIER", "LIMIT_MODIFIER",
    "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
})
# fmt: on
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})

# VOLATILE in DuckDB's catalogue: a KPI must give the same number when it is asked again.
# fmt: off
VOLATILE = frozenset({
    "current_connection_id", "current_query", "current_query_id", "current_transaction_id", "currval",
    "error", "gen_random_uuid", "nextval", "random", "setseed", "setval", "sleep_ms", "stats", "uuid",
    "uuidv4", "uuidv7", "vector_type", "write_log",
})
# fmt: on
# These tell about the machine rather than the data.
REVEALING = frozenset({"current_setting", "getenv", "getvariable", "pg_sleep", "txid_current"})


class Refusal(Exception):
    """The SQL is not one SELECT over the declared sources. The text says why, and what to do."""


@dataclass(slots=True)
class Reading:
    """What a query reads, in lower case: tables, each as its source and its name there (nothing where the source is
    named alone), and every column name that it mentions.

    `labels`: names that the query gives itself, so a mentioned name that is neither a column nor a label is a
    misspelling. `whole`: it may use any column (`*`, NATURAL JOIN, a table's name where a column's is expected).
    """

    tables: set[tuple[str, str]] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    whole: bool = False

    @property
    def sources(self) -> set[str]:
        return {source for source, _ in self.tables}


def subquery(sql: str) -> str:
    """`sql` in brackets, on the same lines: the form in which it is checked and run, so that both see one text."""
    return f"({sql.rstrip(string.whitespace + ';')}\n)"


def check(
    connection: DuckDBPyConnection, sql: str, sources: Collection[str], databases: Collection[str] = ()
) -> Reading:
    """What `sql` reads of the declared `sources`. `databases`: those of them that hold tables, which are named after a
    point. Parses `sql` and runs nothing of it.

    Errors: Refusal; duckdb.Error where it doesn't parse; UnicodeError for half a character.
    """
    sql.encode()  # DuckDB would say TypeError
    kinds = [statement.type.name for statement in connection.extract_statements(sql)]
    if kinds == ["MULTI"]:
        raise Refusal("PIVOT needs its values. Write them after IN: pivot … on country in ('DE', 'FR').")
    if len(kinds) != 1:
        raise Refusal(f"The SQL holds {len(kinds)} statements. Write exactly one SELECT.")
    if kinds != ["SELECT"]:
        raise Refusal(f"This is {kinds[0]}, and a KPI only reads. Write one SELECT.")
    row = connection.execute("select json_serialize_sql($1)", [subquery(sql)]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True, "error_message": "no parse tree"}
    if tree["error"]:
        raise Refusal(f"The SQL can't be read as one SELECT: {tree['error_message']}.")
    declared = {name.lower(): False for name in sources}
    declared |= {name.lower(): True for name in databases}
    return _read(tree["statements"], declared)


def _read(tree: Any, declared: Mapping[str, bool]) -> Reading:
    # A stack of our own, because a hostile query nests deeper than Python recurses.
    reading = Reading()
    tables: set[str] = set()
    alone: set[str] = set()
    stack: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while stack:
        node, named = stack.pop()
        if isinstance(node, list):
            stack.extend((child, named) for child in node)
        elif isinstance(node, dict):
            if "class" in node:
                _expression(node, reading)
            else:
                _shape(node, declared, named, reading)
            if alias := node.get("alias", "").lower():
                reading.labels.add(alias)
            if "class" not in node:
                tables.update({alias, *(node.get(name, "").lower() for name in ("schema_name", "table_name"))})
            elif len(names := node.get("column_names", ())) == 1:
                alone.add(names[0].lower())
            for cte in node.get("cte_map", {}).get("map", ()):
                key = cte["key"].lower()
                recursive = cte["value"]["query_node"]["type"] == "RECURSIVE_CTE_NODE"
                stack.append((cte["value"], named | {key} if recursive else named))
                named |= {key}
            stack.extend((child, named) for name, child in node.items() if name != "cte_map")
    reading.labels |= tables
    reading.whole |= bool(alone & tables)
    return reading


def _shape(node: dict[str, Any], declared: Mapping[str, bool], named: Iterable[str], reading: Reading) -> None:
    kind = node.get("type")
    if not isinstance(kind, str):
        return
    if kind not in SHAPES:
        raise Refusal(f"{kind.removesuffix('_QUERY_NODE').replace('_', ' ')} is not allowed in a KPI. Only read.")
    if kind == "BASE_TABLE":
        _table(node, declared, named, reading)
    elif kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise Refusal(f"{name}(…) is not allowed in a KPI. Declare the file as a source and name that.")
    elif kind == "PIVOT" or node.get("ref_type") == "NATURAL":
        reading.whole = True
    reading.columns.update(name.lower() for name in node.get("using_columns", ()))


def _table(node: dict[str, Any], declared: Mapping[str, bool], named: Iterable[str], reading: Reading) -> None:
    table, schema = node["table_name"], node["schema_name"]
    if not node["catalog_name"] and declared.get(schema.lower()):
        reading.tables.add((schema.lower(), table.lower()))
        return
    if node["catalog_name"] or schema:
        raise Refusal(f"Name the source alone: {table}, with no schema before it.")
    if table.lower() in named:
        return
    if table.lower() not in declared:
        known = ", ".join(sorted(declared)) or "none"
        raise Refusal(f'"{table}" is not a declared source. Declared: {known}.')
    reading.tables.add((table.lower(), ""))


def _expression(node: dict[str, Any], reading: Reading) -> None:
    match node["class"]:
        case "STAR" | "POSITIONAL_REFERENCE":
            reading.whole = True
        case "COLUMN_REF":
            reading.columns.update(name.lower() for name in node["column_names"])
        case "FUNCTION":
            name = node["function_name"].lower()
            if name in VOLATILE:
                raise Refusal(f"{name}() gives another answer each time. A KPI must give the same one again.")
            if name in REVEALING:
                raise Refusal(f"{name}() tells about the machine. A KPI only reads its sources.")
