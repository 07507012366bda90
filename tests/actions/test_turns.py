"""Two who write the same in another order: neither is refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from gaitway import actions
from gaitway.actions.turns import turn
from gaitway.models import Area

# They touch one row of their own, and no event is written of it; or they write into another database than ours.
WITHOUT = {
    "archive.py", "deliveries.py", "events.py", "jobs.py: ask_all", "jobs.py: claim", "people.py: seen", "replies.py", "turns.py",
    "workers.py",
}  # fmt: skip


def test_every_action_takes_its_turn() -> None:
    found = {
        place
        for path in Path(actions.__file__).parent.rglob("*.py")
        for name in re.findall(r"transaction\.atomic\b[^\n]*\n(?:def (\w+))?", path.read_text("utf-8"))
        for place in [path.name if path.name in WITHOUT else f"{path.name}: {name}"]
    }
    assert found == WITHOUT


def cross(way: Callable[[], AbstractContextManager[None]]) -> list[Exception]:
    """Each writes both rows, the one from the first, the other from the last; who was refused."""
    pks = [Area.objects.create(name=name).pk for name in ("North", "South")]
    refused: list[Exception] = []
    both_began = threading.Barrier(2)

    def write(order: list[int]) -> None:
        try:
            both_began.wait(10)
            with way():
                for pk in order:
                    Area.objects.filter(pk=pk).update(name=f"{pk} of {order[0]}")
                    threading.Event().wait(0.2)
        except OperationalError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(order,)) for order in (pks, pks[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.usefixtures("really_kept")
def test_they_wait_for_their_turn() -> None:
    assert cross(turn) == []
    assert len({name.split()[-1] for name in Area.objects.values_list("name", flat=True)}) == 1  # one of them came last


@pytest.mark.usefixtures("really_kept")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite every transaction takes its turn")
def test_without_turns_one_of_them_is_refused() -> None:
    """The planted control."""
    assert len(cross(transaction.atomic)) == 1
