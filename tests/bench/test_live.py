"""The live benchmark: how its numbers are written. It runs by hand: it needs a quiet machine."""

from __future__ import annotations

from pathlib import Path

from bench import live


def test_a_row_says_half_most_and_worst() -> None:
    assert live.row("heard", [each / 1000 for each in range(1, 101)]) == "| heard | 51 | 96 | 100 |"


def test_only_its_own_section_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n<!-- speed -->theirs<!-- /speed -->\n", "utf-8")
    for text in ("old", "new"):
        live.write(text, page)
    assert page.read_text("utf-8") == (
        "# Benchmarks\n\n<!-- speed -->theirs<!-- /speed -->\n\n<!-- live -->\nnew\n<!-- /live -->\n"
    )
