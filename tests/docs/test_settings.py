"""The page on settings names every variable that the code reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| `(GAITWAY_\w+)` \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.M
)
READ = re.compile(r"""environ(?:\.get\(|\[|\.setdefault\()\s*["'](GAITWAY_\w+)""")


def test_the_page_and_the_code_name_the_same_variables():
    read = {name for path in (ROOT / "gaitway").rglob("*.py") for name in READ.findall(path.read_text("utf-8"))}
    assert sorted(name for name, _, _ in ROWS) == sorted(read)


def test_the_defaults_are_those_of_the_code():
    code = (ROOT / "gaitway" / "settings.py").read_text("utf-8")
    defaults = dict(re.findall(r'environ\.get\("(GAITWAY_\w+)", "([^"]+)"\)', code))
    assert {"GAITWAY_HOSTS", "GAITWAY_LOG", "GAITWAY_TIME_ZONE"} <= set(defaults)
    assert {name: default.strip("`") for name, default, _ in ROWS if name in defaults} == defaults
