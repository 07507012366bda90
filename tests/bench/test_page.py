"""The page of benchmarks: each writes between its own markers."""

from __future__ import annotations

from pathlib import Path

from bench import page


def test_only_its_own_section_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.md"
    path.write_text("# Benchmarks\n\n<!-- evidence -->theirs<!-- /evidence -->\n", "utf-8")
    for text in ("old", r"new \1"):
        page.write("speed", text, path)
    page.write("evidence", "ours", path)
    assert page.published("evidence", path) == "\nours\n"
    assert path.read_text("utf-8") == (
        "# Benchmarks\n\n<!-- evidence -->\nours\n<!-- /evidence -->\n\n<!-- speed -->\nnew \\1\n<!-- /speed -->\n"
    )


def test_a_page_that_is_not_there_begins_with_its_heading(tmp_path: Path) -> None:
    page.write("speed", "text", tmp_path / "new.md")
    assert (tmp_path / "new.md").read_text("utf-8") == f"{page.HEADING}\n<!-- speed -->\ntext\n<!-- /speed -->\n"


def test_a_table_has_a_line_below_its_head() -> None:
    assert page.table(("a", "b"), [("1", "2")]) == "| a | b |\n|---|---|\n| 1 | 2 |"
