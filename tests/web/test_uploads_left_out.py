"""All that is wrong in a table is left out at once."""

from __future__ import annotations

from django.test import Client

from tests.web.tables import LONG
from tests.web.test_uploads import bring, checked, house, kept, luca, monday, path  # noqa: F401  # fixtures among them


def test_all_that_is_wrong_is_left_out_at_once(luca: Client) -> None:  # noqa: F811  # the fixture
    """Whatever else the form held: what is listed is left out, also beyond what fits on the page."""
    lines = [f"2026-02-{9 + i % 7:02}\tMargin\tbad{i}\n" for i in range(60)]
    made = bring(luca, LONG + "2026-02-23\tHapiness\t1\n" + "".join(lines))
    assert "Leave out all that is wrong" in checked(luca, made)
    page = checked(luca, made, leave="all", unknown="Hapiness", named="nps", **{"cell:5.2": "7"})
    assert "No problem is left." in page
    assert "61 by you." in page
    assert "Leave out all that is wrong" not in page
    assert luca.post(path(made, "import/")).headers["Location"] == path(made)
    assert len(kept()) == 3
