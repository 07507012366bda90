from __future__ import annotations

import pytest

from tests.outside import Outside, answer


@pytest.fixture
def receiver(there: Outside, no_way_out: None, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """A receiver that says yes, at an address that an administrator allowed."""
    monkeypatch.setenv("GAITWAY_PRIVATE_HOSTS", f"127.0.0.1:{there.port}")
    there.says["/in/s3cret"] = answer("ok")
    return there
