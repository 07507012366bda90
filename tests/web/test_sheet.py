from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from gaitway.web import sheet


def test_all_sheets_are_one_in_their_order() -> None:
    names = [path.stem for path in sheet.parts()]
    assert names[: len(sheet.FIRST)] == list(sheet.FIRST)
    assert "frame" in names
    path = finders.find(sheet.NAME)
    assert isinstance(path, str)
    assert Path(path).read_text("utf-8") == sheet.joined()
    assert sheet.joined().startswith("@layer reset, tokens, base, components, pages, print;")


def test_it_is_whole_and_small() -> None:
    text = sheet.joined()
    assert text.count("{") == text.count("}")
    assert "/*" not in text
    assert len(gzip.compress(text.encode())) <= 25_000


def test_left_and_right_are_the_readers_business() -> None:
    """Logical properties alone: a page in Arabic is the mirror of it."""
    assert re.findall(r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)\b", sheet.joined()) == []
