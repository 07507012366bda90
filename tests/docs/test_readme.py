"""The first page is short, and no page leads nowhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
PICTURE = ROOT / "docs" / "images" / "portfolio.png"  # taken of the running demo


def prose(page):
    """Without blocks and spans of code, in which brackets mean something else."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?<!\[)`[^`\n]*`(?!\])", "", text)


def links(page):
    return [unquote(link.partition("#")[0]) for link in re.findall(r"\]\(([^)\s]+)\)", prose(page))]


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 80


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    targets = {link: (page.parent / link).resolve() for link in links(page) if not re.match(r"[a-z]+:", link)}
    assert [link for link, target in targets.items() if not target.exists() and target != PICTURE] == []


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [(page.parent / link).resolve() for link in links(page) if not re.match(r"[a-z]+:", link)]
    assert sorted(page for page in PAGES if page not in seen and page.parent.name != "adr") == []
