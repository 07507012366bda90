"""The parent against a child that crashes, hangs, is silent or is left alone. The child here is a fake that obeys words
in the SQL and in the file names; the real one is in the other tests."""

import os
from pathlib import Path

import pytest

from gaitway.connectors import process as children
from gaitway.connectors.base import Failure, Limits, Query, Rows
from gaitway.connectors.files import Files, process
from tests.connectors.places import places

FAKE = """
import json, os, sys, time

request = json.loads(sys.stdin.readline())

def say(**line):
    print(json.dumps(line), flush=True)

def obey(words, moment):
    if f"crash in {moment}" in words:
        print("Traceback\\nValueError: told to\\nleaked 28 instances", file=sys.stderr, flush=True)
        os._exit(7)
    if f"hang in {moment}" in words:
        time.sleep(60)
    if f"half a line in {moment}" in words:
        sys.stdout.write('{"index": ')
        sys.stdout.flush()
        os._exit(0)

if "crash at start" in request["queries"][0]["sql"]:
    raise RuntimeError("no DuckDB here")
for query in request["queries"]:
    if not query["refused"]:
        say(step="check", subject=query["index"])
        obey(query["sql"], "check")
for source, path in request["sources"].items():
    if source not in request["broken"]:
        say(step="load", subject=source)
        obey(path["path"], "load")
for query in request["queries"]:
    say(step="run", subject=query["index"])
    fault = query["refused"] or request["broken"].get(query["sql"])
    if fault:
        say(index=query["index"], message=fault, seconds=0.0)
        continue
    obey(query["sql"], "run")
    say(index=query["index"], columns=["pid", "names"], types=[], rows=[[os.getpid(), sorted(os.environ)]], seconds=0.0)
    obey(query["sql"], "between")
"""
LIMITS = Limits(seconds=0.2)


@pytest.fixture(autouse=True)
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "packages" / "gaitway" / "connectors" / "files"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "child.py").write_text(FAKE)
    monkeypatch.setattr(children, "PACKAGES", tmp_path / "packages")
    monkeypatch.setattr(process, "GRACE", 0.2)


def ask(*texts: str, sources: dict[str, Path] | None = None) -> list[str]:
    """Each answer's message, or `fine`."""
    queries = [Query(f"q{place}", text) for place, text in enumerate(texts)]
    answers = list(Files().run(places(sources or {}), queries, LIMITS))
    assert [answer.key for answer in answers] == [query.key for query in queries]
    return [answer.message if isinstance(answer, Failure) else "fine" for answer in answers]


CRASHED = "DuckDB crashed (ValueError: told to; exit code 7). Make the query smaller or simpler."
LATE = "It took longer than 0.2 seconds. Read fewer rows, or raise the limit."


@pytest.mark.parametrize("moment", ["check", "run"])
@pytest.mark.parametrize(("word", "message"), [("crash", CRASHED), ("hang", LATE)])
def test_only_the_query_at_fault_fails(moment: str, word: str, message: str) -> None:
    bad = f"{word} in {moment}"
    assert ask("a", bad, "b", bad, "c") == ["fine", message, "fine", message, "fine"]


@pytest.mark.parametrize(("word", "message"), [("crash", CRASHED), ("hang", LATE)])
def test_only_the_source_at_fault_fails(tmp_path: Path, word: str, message: str) -> None:
    sources = {"good": tmp_path / "good.csv", "bad": tmp_path / f"{word} in load.csv"}
    assert ask("good", "bad", "good", sources=sources) == ["fine", f'Source "bad": {message}', "fine"]


def test_a_child_that_ends_between_two_queries_is_replaced() -> None:
    assert ask("crash in between", "b", "crash in between", "crash in between") == ["fine"] * 4


def test_half_a_line_is_no_answer() -> None:
    assert ask("half a line in run", "b") == [
        "DuckDB crashed (exit code 0). Make the query smaller or simpler.",
        "fine",
    ]


def test_a_child_that_does_not_start_fails_every_query() -> None:
    message = "The process for SQL did not start. DuckDB crashed (RuntimeError: no DuckDB here; exit code 1)."
    assert [text[: len(message)] for text in ask("crash at start", "b")] == [message, message]


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAITWAY_SECRET_KEY", "canary-7431")
    [answer] = Files().run({}, [Query("q", "a")], LIMITS)
    assert isinstance(answer, Rows)
    [(_, names)] = answer.rows
    assert set(names) - {"LC_CTYPE", *children.PASSED} == {
        "PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "HOME", "TMPDIR", "TZ",
    }  # fmt: skip


def test_no_child_outlives_a_reader_who_leaves() -> None:
    answers = Files().run({}, [Query("a", "a"), Query("b", "hang in run")], LIMITS)
    first = next(answers)
    assert isinstance(first, Rows)
    [(pid, _)] = first.rows
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_queries_need_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children.subprocess, "Popen", None)
    assert list(Files().run({}, [], LIMITS)) == []
