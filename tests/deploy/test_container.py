"""The image: small, pinned, nobody's root."""

from __future__ import annotations

import json
import re

import pytest

from tests.deploy.offered import DEPLOY, ROOT, SETTINGS, parses

TEXT = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
LINES = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]


def of(word: str) -> list[str]:
    return [rest for first, rest in LINES if first == word]


def problems(text: str) -> set[str]:
    """What a reviewer would send back."""
    found = set()
    lines = [
        line.split(maxsplit=1) for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")
    ]
    for word, rest in lines:
        if word == "FROM" and not re.match(r"[\w.-]+/[\w./-]+:\d[\w.-]*(?: AS \w+)?$", rest):
            found.add("a base without its registry or its version")
        if word == "ADD" or re.search(r"\bcurl\b|\bwget\b", rest):
            found.add("something is fetched unchecked")
        if word in ("ENV", "ARG") and re.search(r"(?i)secret|password|token", rest):
            found.add("a secret in a layer")
        if word == "RUN" and "pip install" in rest and "--no-deps" not in rest and "--require-hashes" not in rest:
            found.add("packages without hashes")
        if word in ("CMD", "ENTRYPOINT") and not rest.startswith("["):
            found.add("a shell between the signal and the process")
    users = [rest for word, rest in lines if word == "USER"]
    last = max((i for i, (word, _) in enumerate(lines) if word == "FROM"), default=0)
    if not users or users[-1].split(":")[0] in ("root", "0") or not any(word == "USER" for word, _ in lines[last:]):
        found.add("it runs as root")
    if sum(word == "FROM" for word, _ in lines) < 2:
        found.add("the tools that build it are in it")
    if not any(word == "HEALTHCHECK" for word, _ in lines):
        found.add("nobody asks how it is")
    return found


def test_nothing_is_wrong_with_it() -> None:
    assert problems((DEPLOY / "Containerfile").read_text("utf-8")) == set()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("python:3.13-slim-trixie", "python:latest", "a base without its registry or its version"),
        ("COPY gaitway gaitway", "ADD https://example.com/x.tar.gz /", "something is fetched unchecked"),
        ("PYTHONUNBUFFERED=1", "GAITWAY_SECRET_KEY=x", "a secret in a layer"),
        ("--require-hashes", "", "packages without hashes"),
        ('ENTRYPOINT ["gaitway"]', "ENTRYPOINT gaitway", "a shell between the signal and the process"),
        ("USER 10001:10001", "USER root", "it runs as root"),
        ("HEALTHCHECK", "LABEL", "nobody asks how it is"),
    ],
)
def test_what_is_planted_is_found(old: str, new: str, found: str) -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert old in text
    assert found in problems(text.replace(old, new))


def test_what_it_copies_is_there_and_what_it_starts_exists() -> None:
    for rest in of("COPY"):
        if not rest.startswith("--from"):
            *sources, _ = rest.split()
            assert [source for source in sources if not (ROOT / source).exists()] == []
    assert json.loads(of("ENTRYPOINT")[0]) == ["gaitway"]
    assert parses(json.loads(of("CMD")[0]))
    assert set(re.findall(r"\b(GAITWAY_\w+)=", " ".join(of("ENV")))) <= SETTINGS


def test_it_is_asked_where_it_listens() -> None:
    port = of("EXPOSE")[0]
    assert f"127.0.0.1:{port}/healthz" in of("HEALTHCHECK")[0]
    assert json.loads(of("CMD")[0])[-1] == port
