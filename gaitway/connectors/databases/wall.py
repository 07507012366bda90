"""Is this SQL one reading query, by its words and by sqlglot's tree? Answered before it is sent, for a clear error.

A second wall only: the first is the server's (a role that may only read, a read-only session, one statement a call),
because a parser of our own can be told another story than the server's. What sqlglot can't read is left to the server.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_BLANK = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*(?!M?!).*?\*/|\()*", re.DOTALL)
_FIRST = re.compile(r"(select|with|from|values|table)\b", re.IGNORECASE)

# Functions with an effect outside their answer: they wait, lock, reach files, other servers, the session or the machine.
# fmt: off
_DENIED = {
    "postgres": re.compile(
        r"pg_sleep\w*|dblink\w*|lo_\w+|lowrite|loread|pg_read_\w+|pg_ls_\w+|pg_stat_file|pg_file_\w+|set_config|nextval|setval|"
        r"pg_(try_)?advisory_\w+|pg_(terminate|cancel)_backend|pg_notify|pg_logical_\w+|pg_reload_conf|pg_rotate_logfile|"
        r"(query|table|schema|database|cursor)_to_xml\w*|pg_create_\w+|pg_export_snapshot|pg_switch_wal|pg_promote"
    ),
    "mysql": re.compile(
        r"sleep|benchmark|get_lock|release_lock|release_all_locks|is_free_lock|is_used_lock|load_file|sys_exec|sys_eval|"
        r"master_(gtid|pos)_wait|source_pos_wait|wait_for_executed_gtid_set|nextval|setval|next_value_for"
    ),
    "clickhouse": re.compile(r"sleep|sleepeachrow|file|getserverport|catboostevaluate|executable|showcertificate|getsetting"),
    "spark": re.compile(r"reflect|try_reflect|java_method|raise_error|input_file_\w+|version|current_user|session_user"),
    "trino": re.compile(r"fail"),
    "snowflake": re.compile(r"system\$\w+|get_presigned_url|build_\w+_url|seq\d"),
    "bigquery": re.compile(r"external_query|session_user|error"),
}
# Functions that make a table of nothing but their arguments; every other one in FROM may reach out.
_TABLES = {
    "clickhouse": re.compile(r"numbers|numbers_mt|zeros|zeros_mt|generate_?series|values|view|one|arrayjoin|unnest"),
    "spark": re.compile(r"range|explode\w*|posexplode\w*|inline\w*|stack|unnest|json_tuple|sequence"),
    "trino": re.compile(r"unnest|sequence|json_table|exclude_columns"),
    "snowflake": re.compile(r"flatten|generator|split_to_table|unnest|explode\w*|table"),
}
# fmt: on


class Refusal(Exception):
    """The SQL is not one reading query. The text says why, and what to do."""


def bare(sql: str) -> str:
    """`sql` without what stands behind its last statement."""
    return sql.rstrip().rstrip(";").rstrip()


def check(sql: str, dialect: str, *, strict: bool = False) -> None:
    """Raises Refusal. `strict`: also for what can't be read; RecursionError where it is nested too deeply."""
    blank = _BLANK.match(sql)
    rest = sql[blank.end() :] if blank else sql
    if not rest:
        raise Refusal("The SQL is empty. Write one SELECT.")
    if not _FIRST.match(rest):
        word = re.match(r"\w+|\S+", rest)
        raise Refusal(
            f"This begins with {word[0].upper()[:40] if word else rest[:1]}, and a KPI only reads. Write one SELECT."
        )
    import sqlglot
    from sqlglot import errors, exp

    try:
        statements = [tree for tree in sqlglot.parse(bare(sql), dialect=dialect) if tree is not None]
    except (errors.ParseError, errors.TokenError) as error:
        if strict:
            said = re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()[0]
            raise Refusal(f"The SQL can't be read: {said}") from None
        return
    if len(statements) != 1:
        raise Refusal(f"The SQL holds {len(statements)} statements. Write exactly one SELECT.")
    tree = statements[0]
    if not isinstance(tree, exp.Query | exp.Values | exp.Table):
        raise Refusal(f"This is {tree.key.upper()}, and a KPI only reads. Write one SELECT.")
    for node in tree.walk():
        _look(node, dialect)


def _look(node: exp.Expr, dialect: str) -> None:
    from sqlglot import exp

    if isinstance(
        node, exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create | exp.Drop | exp.Copy | exp.Command
    ):
        raise Refusal(f"{node.key.upper()} is not allowed in a KPI. Only read.")
    if isinstance(node, exp.Into):
        raise Refusal("SELECT … INTO writes, and a KPI only reads. Leave INTO out.")
    if isinstance(node, exp.Query) and (node.args.get("settings") or node.args.get("format")):
        raise Refusal("SETTINGS and FORMAT are ours to choose. Leave them out.")
    if isinstance(node, exp.QueryTransform):
        raise Refusal("TRANSFORM … USING starts a program, and a KPI only reads.")
    if isinstance(node, exp.Lock):
        raise Refusal("FOR UPDATE and its like lock rows. Leave it out.")
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
        name = _name(node.this)
        if dialect in _TABLES and not _TABLES[dialect].fullmatch(name):
            raise Refusal(f"{name}(…) in FROM is not allowed in a KPI. Read from the tables of the source.")
    if isinstance(node, exp.Func) and dialect in _DENIED:
        name = _name(node)
        if _DENIED[dialect].fullmatch(name):
            raise Refusal(f"{name}(…) is not allowed in a KPI: it does more than read the tables.")


def _name(function: exp.Func) -> str:
    from sqlglot import exp

    name = function.name if isinstance(function, exp.Anonymous | exp.AnonymousAggFunc) else function.sql_name()
    return str(name).lower()
