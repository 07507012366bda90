"""The benchmark of the pages runs, and says of each page what it says."""

from __future__ import annotations

from bench import pages


def test_a_quick_run_tells_of_every_page() -> None:
    text = pages.main(["--quick"])
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| ")][1:]
    assert [row[1] for row in rows] == [*(name for name, *_ in pages.PAGES), "roadmap of 12"]
    assert all(0 < int(row[5]) < 60 for row in rows), "queries"
    assert "12 initiatives × 5 KPIs × 104 weeks, 120 tasks" in text
