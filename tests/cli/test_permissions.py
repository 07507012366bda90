"""What each role may do, on the command line."""

from __future__ import annotations

import json

from gaitway.queries.permissions import TABLE, Column
from tests.cli.conftest import Run


def test_the_table_in_words(db: object, run: Run) -> None:
    code, out, err = run("permissions")
    assert (code, err) == (0, "")
    assert "Decide at a gate" in out
    assert "everybody but Guest" in out


def test_as_json_it_is_the_table(db: object, run: Run) -> None:
    code, out, _ = run("permissions", "--json")
    said = {row["right"]: row["may"] for row in json.loads(out)}
    assert code == 0
    assert said == {may.value: {c.value: c in who for c in Column} for may, who in TABLE.items()}


def test_a_wrong_option_is_wrong_input(run: Run) -> None:
    assert run("permissions", "--jason")[0] == 2
