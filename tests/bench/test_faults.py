"""Goal R4: what was acknowledged is there, and what fails says so."""

from __future__ import annotations

import os
import shutil

import pytest

from bench.faults import Found, measure


@pytest.mark.parametrize(
    ("answers", "kept", "wrong"),
    [
        ({"a": 200, "b": 507, "c": 200}, "ac", []),
        ({"a": 200, "b": 507, "c": 200}, "c", ["1 acknowledged, and lost"]),
        ({"a": 200, "b": 500, "c": 200}, "ac", ["answered 500"]),
        ({"a": 200, "b": 503}, "a", ["it didn't go on by itself"]),
        ({"a": 200}, "a", ["nothing failed, so that nothing was tried"]),
    ],
)
def test_a_fault_is_told(answers: dict[str, int], kept: str, wrong: list[str]) -> None:
    assert Found(answers, frozenset(kept)).wrong == wrong


@pytest.mark.slow
def test_the_disk_is_full_and_has_room_again() -> None:
    found = measure("full", 24)
    assert found.wrong == []
    assert set(found.answers.values()) == {200, 507}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes fsync fail")
def test_fsync_fails_for_a_while() -> None:
    assert measure("fsync", 24).lost() == 0


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") != "postgres", reason="stops and starts a PostgreSQL")
def test_postgresql_is_stopped_and_started() -> None:
    assert measure("restart", 120).wrong == []
