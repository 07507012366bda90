"""A real Prometheus on 127.0.0.1 with a year and more of a shop in it: Debian's package `prometheus`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gaitway.connectors.base import Limits, Place, Query
from gaitway.connectors.prometheus import Prometheus
from gaitway.lib.outgoing import Door

BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def openmetrics() -> Iterator[str]:
    """A visit every half hour, two on a shop's page; every fourth of all visits is an order; the stock falls by one a day."""
    moments = [BEGIN + HALF_HOUR * step for step in range((END - BEGIN) // HALF_HOUR)]
    for name, count in (("visits", 4), ("orders", 1)):
        yield f"# TYPE {name} counter"
        for page in ("a", "b"):
            for step, at in enumerate(moments):
                yield f'{name}_total{{page="{page}"}} {count * step} {at.timestamp():.0f}'
    yield "# TYPE stock gauge"
    for at in moments:
        yield f"stock {(at - BEGIN).days} {at.timestamp():.0f}"
    yield "# EOF"


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, such as 127.0.0.1:41234."""
    if not (server := shutil.which("prometheus")) or not (tool := shutil.which("promtool")):
        if os.environ.get("CI"):
            pytest.fail("No Prometheus here: CI needs it (apt-get install prometheus).")
        pytest.skip("No Prometheus here: its tests are left out. To have them: apt-get install prometheus.")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "shop.om").write_text("\n".join(openmetrics()) + "\n")
    (folder / "none.yml").write_text("")
    create = [tool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=10000h"]
    subprocess.run([*create, folder / "shop.om", folder / "data"], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        server, f"--config.file={folder / 'none.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={place}", "--storage.tsdb.retention.time=10y", "--log.level=error",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(place, folder / "log")
        yield place
    finally:
        process.kill()
        process.wait()


def _wait(place: str, log: Path) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        try:
            with urllib.request.urlopen(f"http://{place}/-/ready", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class Ask:
    def __init__(self, place: str) -> None:
        self.place = Place(f"prometheus+http://{place}")
        self.connector = Prometheus(Door(hosts=frozenset({place})))

    def __call__(self, sql: str, **query: object) -> object:
        asked = Query("kpi", sql, "metrics", **query)  # type: ignore[arg-type]  # as the test says
        (result,) = self.connector.run({"metrics": self.place}, [asked], Limits(seconds=20))
        return result


@pytest.fixture
def ask(prometheus: str) -> Ask:
    return Ask(prometheus)
