"""What each layer may load, and how long a file may be."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gaitway"
ENGINE = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (PACKAGE / "engine").rglob("*.py")
)
OURS = [
    path
    for folder in (PACKAGE, ROOT / "tests", ROOT / "bench")
    for ending in ("py", "css", "js", "html")
    for path in folder.rglob(f"*.{ending}")
    if "migrations" not in path.parts
]


def loaded(program, *arguments):
    """The top-level modules that a fresh Python has loaded after `program`, which may end itself."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr))\n"
    )
    command = [sys.executable, "-W", "error", "-c", code + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_engine_is_found():
    assert {"gaitway.engine", "gaitway.engine.evidence.exact", "gaitway.engine.triggers.parser"} <= set(ENGINE)


def test_the_engine_loads_without_django_and_whatever_else_is_above_it():
    found = loaded(f"import {', '.join(ENGINE)}")
    assert {"numpy", "scipy", "lark"} <= found
    assert found & {"django", "duckdb", "pydantic", "yaml", "typer", "rich", "jinja2", "sqlite3"} == set()


def test_the_engine_works_where_django_cannot_be_imported():
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from datetime import date\n"
        "from gaitway.engine.gates import judge\n"
        "from gaitway.engine.facts import Facts, Moment\n"
        "from gaitway.engine.triggers import parse\n"
        "judged = judge(parse('tasks done'), {}, Facts(tasks={'a': True}), Moment(date(2026, 1, 5), date(2026, 1, 5)))\n"
        "assert judged.outcome == 'met'\n"
    )
    assert "gaitway" in loaded(program)


def test_help_answers_without_loading_what_it_does_not_need():
    found = loaded("import sys; sys.argv = ['gaitway', '--help']\nfrom gaitway.cli import main\nmain()")
    assert "typer" in found
    assert found & {"django", "numpy", "scipy", "lark", "duckdb", "pydantic", "jinja2"} == set()


def test_no_file_is_long():
    lines = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in OURS}
    assert len(lines) > 100
    assert {str(path): count for path, count in lines.items() if count > 400} == {}
    assert sorted(lines.values())[int(len(lines) * 0.9)] < 200


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "common", "misc"])
def test_no_file_is_a_drawer_for_everything(name):
    assert [str(path) for path in OURS if path.stem == name] == []
