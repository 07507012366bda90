"""Two at the same moment: what holds for one after the other holds then too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from gaitway.actions import Refused, invitations, people
from gaitway.models import Person
from tests import world
from tests.world import AT


def at_once(*acts: Callable[[], object]) -> list[str]:
    """How each ended, begun together."""
    ready, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            act()
            ends[n] = "done"
        except Refused as error:
            ends[n] = str(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


@pytest.mark.slow
@pytest.mark.parametrize("_round", range(5))
def test_two_administrators_who_take_it_from_each_other_leave_one(
    really_kept: None, tmp_path: Path, _round: int
) -> None:
    by = world.build(tmp_path).admin
    one, two = (people.invite(f"{n}@example.com", access="administrator", by=by, at=AT) for n in ("one", "two"))
    for each in (one, two):
        people.join(each, by=each, at=AT)
    ends = at_once(lambda: people.set_access(two, "member", by=one, at=AT), lambda: people.close(one, by=two, at=AT))
    assert sorted(end == "done" for end in ends) == [False, True]
    left = Person.objects.filter(access="administrator", is_active=True, is_system=False)
    assert left.count() == 1


@pytest.mark.slow
def test_a_link_that_two_open_at_once_brings_one_in(really_kept: None, tmp_path: Path) -> None:
    made = world.build(tmp_path)
    text = invitations.make(made.theo, by=made.admin, at=timezone.now())
    words = [f"four words of number {n}" for n in range(4)]
    ends = at_once(
        *(lambda said=said: invitations.accept(text, password=said, at=timezone.now()) for said in words)  # type: ignore[misc]
    )
    assert ends.count("done") == 1
    assert Person.objects.get(pk=made.theo.pk).check_password(words[ends.index("done")])
