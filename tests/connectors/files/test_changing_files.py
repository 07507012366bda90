"""Files that change while they are read, that are no files, or that are far too large."""

import os
import shutil
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from gaitway.connectors.base import Failure, Limits, Place, Query, Rows, Sign
from gaitway.connectors.files import Files, parent
from gaitway.connectors.files.opening import Changed, Opened
from gaitway.connectors.files.walls import ENOUGH, landlock
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.readings import BadReading, read

in_place = pytest.mark.skipif(landlock() < ENOUGH, reason="no Landlock 3 here")


def numbers(path: Path, count: int) -> Path:
    with duckdb.connect() as plain:
        plain.execute(f"copy (select i as n from range({count}) r(i)) to '{path}'")
    return path


def answers(path: Path, *texts: str, limits: Limits | None = None) -> list[Rows | Failure]:
    queries = [Query(f"q{n}", text) for n, text in enumerate(texts)]
    return list(Files().run({"t": Place(str(path))}, queries, limits or Limits(seconds=20)))


def fault(path: Path, sql: str = "select count(*) from t") -> str:
    [answer] = answers(path, sql)
    assert isinstance(answer, Failure), answer
    return answer.message


# Between these two queries there is time to change the file.
SLOW = "select count(*) from range(300000000) r(i), (select count(*) from t) where hash(i) = 3"


@in_place
@pytest.mark.slow
@pytest.mark.parametrize("how", ["replaced", "cut short", "written on", "removed"])
def test_a_file_that_changes_while_it_is_read_gives_no_number(tmp_path: Path, how: str) -> None:
    path, other = numbers(tmp_path / "t.parquet", 50_000), numbers(tmp_path / "other.parquet", 7)

    def change() -> None:
        match how:
            case "replaced":
                other.replace(path)
            case "cut short":
                os.truncate(path, path.stat().st_size // 2)
            case "written on":
                shutil.copy(other, path)
            case _:
                path.unlink()

    queries = [
        Query("first", "select sum(n) from t"),
        Query("second", f"{SLOW}"),
        Query("third", "select sum(n) from t"),
    ]
    found = Files().run({"t": Place(str(path))}, queries, Limits(seconds=60))
    first = next(found)
    assert isinstance(first, Rows)
    assert first.rows == [(1_249_975_000,)]
    change()
    for answer in found:
        assert isinstance(answer, Failure), answer
        assert answer.again
        assert answer.message == f"{path} changed while it was read. It is asked again later."


def test_every_change_of_an_open_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for change in (
        lambda: path.write_text("a\n2\n3\n"),
        lambda: os.utime(path, ns=(1, 1)),
        lambda: path.unlink(),
        lambda: (tmp_path / "new").write_text("a\n1\n") and (tmp_path / "new").replace(path),
    ):
        path.write_text("a\n1\n")
        file = Opened(path)
        file.unchanged()
        change()
        with pytest.raises(Changed):
            file.unchanged()
        os.close(file.descriptor)


def test_a_link_is_followed_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "latest.parquet").symlink_to(numbers(tmp_path / "2026.parquet", 3))
    [answer] = answers(tmp_path / "latest.parquet", "select count(*) from t")
    assert isinstance(answer, Rows), answer
    assert answer.rows == [(3,)]


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    (tmp_path / "circle.csv").symlink_to(tmp_path / "circle.csv")
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "gone")
    for name in ("pipe.csv", "folder.parquet", "device.csv"):
        assert f"{name} is not a file. Put the file there" in fault(tmp_path / name)
    assert "circle.csv" in fault(tmp_path / "circle.csv")
    assert "nowhere.csv does not exist" in fault(tmp_path / "nowhere.csv")


@pytest.mark.slow
@pytest.mark.parametrize("mode", [pytest.param(True, marks=in_place), False])
def test_a_gigabyte_of_text_is_read_or_refused_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: bool
) -> None:
    monkeypatch.setattr(parent, "IN_PLACE", mode)
    path = tmp_path / "t.csv"
    path.write_text("n,what\n1,a\n")
    os.truncate(path, 2**30)  # the rest is a hole: NULs, and no line ends
    limits = Limits(seconds=10, memory_mb=512)
    began = time.monotonic()
    [answer] = answers(path, "select count(*) from t", limits=limits)
    assert isinstance(answer, Failure)
    assert str(path) in answer.message or "longer than" in answer.message
    assert time.monotonic() - began < 2 * limits.seconds + 30


def test_a_renamed_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("order_day,amount\n2026-01-05,1\n")
    assert '"order_day"' in fault(path, "select orderday from t")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("nan", "row 1: value is nan, not a finite number"),
        ("inf", "row 1: value is inf, not a finite number"),
        ("-inf", "row 1: value is -inf, not a finite number"),
        ("1e308", "row 1: value is 1e+308, not a finite number"),
        ("1e400", "row 1: value is inf, not a finite number"),
    ],
)
def test_numbers_that_are_none_are_said_with_their_row(tmp_path: Path, cell: str, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"period,value\n2026-01-05,{cell}\n2026-01-12,2\n")
    [answer] = answers(path, "select period, value::double as value from t order by 1")
    assert isinstance(answer, Rows), answer
    with pytest.raises(BadReading) as caught:
        read(Kind.LEVEL, Cadence("week"), answer.columns, answer.rows, today=date(2026, 2, 1))
    assert str(caught.value) == words


def test_a_probe_says_what_is_there_and_how_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(str(numbers(tmp_path / "t.parquet", 3)))
    monkeypatch.setattr(parent, "IN_PLACE", False)
    copied = "copied into memory: this system has no Landlock 3 (Linux 6.2) to keep SQL from writing"
    assert list(Files().probe("t", place)) == [Sign("reads", True, "1 columns: n"), Sign("walls", True, copied)]
    [reads, _] = Files().probe("t", Place(str(tmp_path / "gone.csv")))
    assert not reads.fine


@in_place
def test_a_probe_says_where_it_reads_in_place(tmp_path: Path) -> None:
    [_, walls] = Files().probe("t", Place(str(numbers(tmp_path / "t.parquet", 3))))
    assert walls.says.startswith("read in place where that is quicker: the kernel lets SQL write nothing (Landlock ")


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = numbers(tmp_path / "t.parquet", 3)
    found: list[Rows | Failure] = []
    threads = [threading.Thread(target=lambda: found.extend(answers(path, "select count(*) from t"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.rows for answer in found if isinstance(answer, Rows)] == [[(3,)]] * 3
