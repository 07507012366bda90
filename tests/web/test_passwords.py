from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from gaitway.web.passwords import OurWords


@pytest.mark.parametrize("password", ["gaitwaygaitway", "Crawl-Walk-Run-2026", "administrator!", "GAITWAY portfolio 1"])
def test_our_own_words_alone_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError, match="words of Gaitway alone"):
        OurWords().validate(password)


@pytest.mark.parametrize(
    "password", ["gaitway with a giraffe", "runner up 4711 mm", "walk the dog at six", "123456789012"]
)
def test_with_others_among_them_they_are(password: str) -> None:
    OurWords().validate(password)  # raises nothing
    assert len(password) >= 12
