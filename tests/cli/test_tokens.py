"""Tokens on the command line."""

from __future__ import annotations

from gaitway.models import Token
from gaitway.queries.tokens import digest
from tests.cli.conftest import Run
from tests.world import World


def test_make_list_and_end(world: World, run: Run):
    code, out, _err = run(
        "token", "make", "Nightly export", "--by", "luca@example.com", "--scope", "record", "--days", 30
    )
    token = Token.objects.get()
    assert (code, digest(out.strip()), token.person, token.scopes) == (0, token.digest, world.luca, ["record"])
    code, out, _err = run("token", "list")
    assert out.startswith(f"{token.pk}  alive until ")
    assert out.endswith(f"luca@example.com  Nightly export ({token.hint}…)  record  never used\n")
    assert run("token", "list", "--by", "theo@example.com") == (0, "", "")
    assert run("token", "end", token.pk, "--by", "theo@example.com")[0] == 2
    assert run("token", "end", token.pk) == (0, "Ended: Nightly export.\n", "")
    assert run("token", "list")[1].startswith(f"{token.pk}  ended")


def test_a_wrong_one_says_why(world: World, run: Run):
    assert run("token", "make", "x", "--by", "luca@example.com", "--scope", "all")[0] == 1
    assert run("token", "make", "x", "--by", "nobody@example.com")[0] == 2
    assert not Token.objects.exists()
