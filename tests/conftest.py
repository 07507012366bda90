"""Fixtures for all. Where the tests run: tests/settings.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import set_urlconf
from django.utils import translation
from hypothesis import settings

settings.register_profile("quick", max_examples=10)  # bin/test --quick

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data of the project isn't beside the checkout")
    return SHARED


@pytest.fixture(autouse=True)
def nothing_left_of_a_request() -> Iterator[None]:
    """It sets the language and, one for the API, the addresses of its thread, which here is that of all tests."""
    yield
    translation.deactivate()
    set_urlconf(None)


@pytest.fixture
def really_kept(transactional_db: object) -> Iterator[None]:
    """For tests with several connections: rows are committed, and taken away afterwards."""
    from tests.snapshot import empty

    yield
    empty()


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections of the one outgoing client to anywhere but 127.0.0.1 find nobody."""
    import httpcore2

    connect = httpcore2.SyncBackend.connect_tcp

    def guarded(self: httpcore2.SyncBackend, host: str, *rest: object, **named: object) -> httpcore2.NetworkStream:
        if host != "127.0.0.1":
            raise httpcore2.ConnectError("the tests end here")
        return connect(self, host, *rest, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", guarded)


pytest_plugins = [
    "tests.world", "tests.outside", "tests.metrics", "tests.web.insiders", "tests.provider", "tests.mailserver",
]  # fmt: skip
