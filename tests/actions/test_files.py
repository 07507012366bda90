from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, files
from gaitway.models import Event, File, Link, Task
from tests.world import AT, World


@pytest.fixture
def task(world: World) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get()


def test_a_file_is_kept_as_it_came(world: World, task: Task) -> None:
    content = bytes(range(256))
    made = files.add(world.norway, "../x/Plan.bin", content, by=world.theo, at=AT, task=task)
    kept = File.objects.get(pk=made.pk)
    assert (kept.name, kept.size, bytes(kept.content)) == ("Plan.bin", 256, content)
    assert kept.digest == hashlib.sha256(content).hexdigest()
    assert Event.objects.get(kind="file or link added").data["digest"] == kept.digest


def test_what_is_too_large_or_empty_is_refused(world: World, task: Task) -> None:
    for content in (b"", bytes(File.MOST + 1)):
        with pytest.raises(Refused):
            files.add(world.norway, "x", content, by=world.theo, at=AT, task=task)
    assert not File.objects.exists()


def test_all_of_an_initiative_have_a_limit_and_what_was_removed_long_ago_leaves(
    world: World, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "OF_ALL", 10)
    first = files.add(world.norway, "a", b"12345678", by=world.theo, at=AT, task=task)
    with pytest.raises(Refused, match="The files of Norway would be more than"):
        files.add(world.norway, "b", b"123", by=world.theo, at=AT, task=task)
    files.remove(first, by=world.theo, at=AT)
    with pytest.raises(Refused):  # it could still come back
        files.add(world.norway, "b", b"123", by=world.theo, at=AT + timedelta(hours=1), task=task)
    files.add(world.norway, "b", b"123", by=world.theo, at=AT + timedelta(days=2), task=task)
    first.refresh_from_db()
    assert (bytes(first.content), first.size) == (b"", 0)
    with pytest.raises(Refused, match="is gone"):
        files.restore(first, by=world.theo, at=AT)


def test_a_removed_one_comes_back(world: World, task: Task) -> None:
    made = files.add(world.norway, "a", b"1", by=world.theo, at=AT, task=task)
    files.remove(made, by=world.theo, at=AT)
    files.restore(made, by=world.theo, at=AT)
    assert File.objects.get().removed_at is None


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "//example.com", "example.com", "https://", ""],
)
def test_a_link_is_of_the_web(world: World, task: Task, url: str) -> None:
    with pytest.raises(Refused, match="https://"):
        files.link(world.norway, url, by=world.theo, at=AT, task=task)
    assert not Link.objects.exists()


def test_a_link_says_its_title(world: World, task: Task) -> None:
    made = files.link(world.norway, " https://example.com/plan ", " The  plan ", by=world.theo, at=AT, task=task)
    assert (str(made), made.url) == ("The plan", "https://example.com/plan")


def test_nobody_else_adds_or_removes(world: World, task: Task) -> None:
    made = files.link(world.norway, "https://example.com", by=world.theo, at=AT)
    for act in (
        lambda: files.add(world.norway, "x", b"x", by=world.nadia, at=AT, task=task),
        lambda: files.link(world.norway, "https://example.com", by=world.nadia, at=AT),
        lambda: files.remove(made, by=world.nadia, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Link.objects.get().removed_at is None
