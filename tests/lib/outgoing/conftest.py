from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outside import Outside, outside


@pytest.fixture
def there() -> Iterator[Outside]:
    with outside() as house:
        yield house
