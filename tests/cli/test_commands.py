"""The command line: what it prints, how it ends (0 fine, 1 the answer is no, 2 wrong input), and what it says then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from gaitway import __version__
from gaitway.actions import observations
from gaitway.cli.people import welcome
from gaitway.models import Decision, Evaluation, Initiative, Job, Observation, Strategy
from tests.cli.conftest import Run
from tests.world import AT, STRATEGY, World

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]
FINDING = ["criterion", "outcome", "why", "estimate", "low", "high", "wanted", "periods", "sample"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "strategy.yaml"
    path.write_text(STRATEGY)
    return path


@pytest.fixture
def measured(world: World) -> World:
    readings = dict.fromkeys(WEEKS, (30.0, 1.0))
    observations.record(world.orders, readings, by=world.admin, at=AT)
    return world


def test_the_plan_is_shown_and_carried_out_only_with_consent(db: object, run: Run, file: Path) -> None:
    code, out, err = run("apply", file)
    assert (code, err) == (1, "Nothing was changed: nobody is there to ask. Say --yes to apply this.\n")
    assert "+ initiative norway" in out
    assert not Strategy.objects.exists()
    code, out, err = run("apply", file, "--yes")
    assert (code, err) == (0, "")
    assert out.endswith("Applied: 15 to create, 0 to change, 0 to remove.\n")
    assert run("apply", file) == (0, "Plan: 0 to create, 0 to change, 0 to remove, 15 unchanged.\n", "")


@pytest.mark.parametrize("area", [False, True])
def test_an_initiative_that_nobody_is_accountable_for_is_warned_of(
    db: object, run: Run, file: Path, area: bool
) -> None:
    text = file.read_text().replace("        sponsor: sofia@example.com\n        lead", "        lead")
    if area:
        text = text.replace("objectives:", "areas: {Norway: {sponsor: sofia@example.com}}\nobjectives:")
    file.write_text(text)
    code, out, _ = run("apply", file, "--yes")
    warned = "! initiative norway: nobody is accountable for Norway: give it a sponsor, or its area one." in out
    assert (code, warned) == (0, not area)


def test_an_amendment_is_marked_in_the_plan_and_needs_its_reason(db: object, run: Run, file: Path) -> None:
    run("apply", file, "--yes")
    file.write_text(STRATEGY.replace("orders >= 6", "orders >= 8"))
    code, out, err = run("apply", file, "--yes")
    assert (
        "trigger: orders >= 6 with 95% confidence → orders >= 8 with 95% confidence (amends a stage that has begun)"
        in out
    )
    assert (code, err) == (1, "This changes the plan of stages that have begun (norway/crawl): give the reason.\n")
    assert run("apply", file, "--yes", "--reason", "Too easy.")[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"gaitway: 1\nstrategi: {}\n", ":2:1: unknown key 'strategi', did you mean 'strategy'?"),
        (b"\xff\xfe", ": not a text in UTF-8 (byte 0)."),
        (b"", ":1:1: a strategy file is a mapping that begins with 'gaitway: 1'"),
        (None, ": No such file or directory."),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(
    db: object, run: Run, file: Path, text: bytes | None, said: str
) -> None:
    file.unlink() if text is None else file.write_bytes(text)
    code, out, err = run("apply", file, "--yes")
    assert (code, out) == (2, "")
    assert f"{file}{said}" in err


def test_what_is_exported_changes_nothing(world: World, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.yaml"
    assert run("export", target) == (0, f"Wrote {target}.\n", "")
    assert "shop: orders.csv" in target.read_text()
    assert run("apply", target)[:2] == (0, "Plan: 0 to create, 0 to change, 0 to remove, 15 unchanged.\n")
    assert "shop: /" in run("export")[1]


WRONG: dict[str, tuple[list[str], int, str]] = {
    "unknown initiative": (["evaluate", "norwya"], 2, "There is no initiative 'norwya', did you mean 'norway'?"),
    "nothing alike": (["evaluate", "zzz"], 2, "There is no initiative 'zzz'."),
    "no day": (["evaluate", "--as-of", "yesterday"], 2, "--as-of: 'yesterday' is not a date like 2026-03-31."),
    "no such day": (["status", "--as-of", "2026-02-30"], 2, "--as-of: '2026-02-30' is not a date like 2026-03-31."),
    "a day nobody plans for": (["status", "--as-of", "9999-12-31"], 2, "--as-of: 9999-12-31 lies outside the years 1900 to 2999."),
    "a span backwards": (["replay", "norway", "--from", "2026-02-01", "--to", "2026-01-01"], 2,
                         "--to 2026-01-01 lies before --from 2026-02-01."),
    "replay of nobody": (["replay", "x", "--from", "2026-01-01", "--to", "2026-02-01"], 2, "There is no initiative 'x'."),
    "replay in another strategy": (["replay", "south/norway", "--from", "2026-01-01", "--to", "2026-02-01"], 2,
                                   "There is no initiative 'south/norway'."),
    "a decision nobody knows": (["decide", "norway", "jump"], 2,
                                "A decision is one of go, conditional, hold, back, stop, not 'jump'."),
    "no reason": (["decide", "norway", "go"], 2, "A decision needs its reason: --reason '…'."),
    "conditions of a go": (["decide", "norway", "go", "--reason", "x", "--conditions", "y"], 2,
                           "--conditions go with conditional, and with nothing else."),
    "in the future": (["decide", "norway", "go", "--reason", "x", "--effective", "2999-01-01"], 2,
                      "--effective 2999-01-01 lies in the future."),
    "nobody": (["decide", "norway", "go", "--reason", "x", "--by", "x@y.de"], 2, "There is nobody with the e-mail 'x@y.de' here."),
    "an outsider": (["decide", "norway", "go", "--reason", "x", "--by", "nadia@example.com"], 1,
                    "Only the sponsor of Norway or an administrator can decide at this gate."),
    "no gate": (["decide", "iceland", "go", "--reason", "x"], 1, "Iceland is proposed: there is no gate to decide at."),
    "a step nobody knows": (["move", "norway", "jump"], 2, "A step is one of start, pause, resume, not 'jump'."),
    "a pause of nobody": (["move", "norwya", "pause"], 2, "There is no initiative 'norwya', did you mean 'norway'?"),
    "no way back": (["decide", "norway", "back", "--reason", "x"], 1, "Norway: can't back: crawl is the first stage."),
    "unknown KPI": (["pull", "order"], 2, "There is no KPI 'order' with a source, did you mean 'orders'?"),
    "unknown strategy": (["export", "--strategy", "south"], 2, "Which strategy? Name one with --strategy. Here: north."),
    "no folder": (["export", "/nowhere/at/all.yaml"], 2, "There is no folder /nowhere/at."),
    "a folder": (["export", "/tmp"], 2, "/tmp: Is a directory."),
    "nobody signs in": (["login", "x@y.de"], 2, "There is nobody with the e-mail 'x@y.de' here."),
    "no address": (["login", "x", "--invite", "member"], 2, "'x' is not an e-mail address."),
    "no access": (["login", "x@y.de", "--invite", "king"], 2,
                  "--invite is one of administrator, strategist, member, guest, not 'king'."),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_told_in_one_line(world: World, run: Run, arguments: list[str], code: int, said: str) -> None:
    assert run(*arguments) == (code, "", said + "\n")
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "arguments", [["evaluat"], ["evaluate", "--asof"], ["replay", "norway"], ["serve", "--port", "0"]]
)
def test_a_command_that_is_misspelt_is_wrong_input(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


def test_evaluate_as_json_has_exactly_these_keys(measured: World, run: Run) -> None:
    code, out, err = run("evaluate", "--as-of", "2026-03-02", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert (list(answer), answer["as_of"]) == (["as_of", "initiatives"], "2026-03-02")
    (norway,) = answer["initiatives"]
    assert list(norway) == ["key", "stage", "trigger", "stop", "guardrail", "proposal"]
    assert (norway["key"], norway["stage"], norway["proposal"]) == ("norway", "crawl", "go")
    for rule, text in (("trigger", "orders >= 6 with 95% confidence"), ("stop", "orders < 2 with 95% confidence")):
        assert list(norway[rule]) == ["text", "outcome", "findings"]
        assert norway[rule]["text"] == text
        assert [list(finding) for finding in norway[rule]["findings"]] == [FINDING]
    finding = norway["trigger"]["findings"][0]
    assert (finding["outcome"], finding["why"], finding["estimate"], finding["wanted"]) == ("met", None, 30, 6)
    assert (finding["periods"], finding["sample"]) == (8, 8)
    assert finding["low"] > 6
    assert norway["stop"]["outcome"] == "unmet"


def test_a_stage_without_a_stop_rule_has_null(measured: World, run: Run) -> None:
    run("decide", "norway", "go", "--reason", "Met.", "--effective", "2026-03-02")
    (norway,) = json.loads(run("evaluate", "--as-of", "2026-03-02", "--json")[1])["initiatives"]
    assert (norway["stage"], norway["stop"], norway["proposal"]) == ("walk", None, None)
    assert norway["trigger"]["findings"][0]["why"] == "no data"


def test_looking_at_a_day_keeps_nothing_and_judging_does(measured: World, run: Run) -> None:
    code, out, _ = run("evaluate", "--as-of", "2026-03-02")
    assert (code, Evaluation.objects.count()) == (0, 0)
    assert "norway in crawl: met, proposes go" in out
    assert run("evaluate")[0] == 0
    assert Evaluation.objects.exists()


def test_as_known_leaves_out_what_came_later(measured: World, run: Run) -> None:
    def outcome(*options: str) -> str:
        (norway,) = json.loads(run("evaluate", "--as-of", "2026-03-01", "--json", *options)[1])["initiatives"]
        return str(norway["trigger"]["outcome"])

    assert (outcome(), outcome("--as-known")) == ("met", "unknown")  # it was recorded on 2 March
    (known,) = json.loads(run("evaluate", "--as-of", "2026-03-02", "--as-known", "--json")[1])["initiatives"]
    assert known["trigger"]["outcome"] == "met"


def test_replay_tells_the_days_on_which_the_verdict_changed(measured: World, run: Run) -> None:
    code, out, _ = run("replay", "norway", "--from", "2026-01-01", "--to", "2026-03-01", "--json")
    answer = json.loads(out)
    assert (code, list(answer)) == (0, ["from", "to", "initiative", "changes"])
    days = [(change["day"], change["trigger"]["outcome"]) for change in answer["changes"]]
    assert days[0] == ("2026-01-01", "unknown")
    assert days[-1][1] == "met"
    assert len(days) == len(set(days)) <= len(WEEKS)
    assert run("replay", "north/norway", "--from", "2026-01-01", "--to", "2026-03-01")[1].startswith("2026-01-01\n")


def test_a_decision_moves_and_says_when_it_goes_against_the_evidence(world: World, run: Run) -> None:
    code, out, _ = run(
        "decide", "norway", "go", "--reason", "Now.", "--by", "sofia@example.com", "--effective", "2026-03-02"
    )
    assert (code, out) == (
        0, "Decided: go. Norway is active in walk.\nThis goes against the evidence; it is recorded as such.\n",
    )  # fmt: skip
    decision = Decision.objects.get()
    assert (decision.by, decision.effective_on, decision.against_evidence) == (world.sofia, date(2026, 3, 2), True)
    code, out, _ = run("decide", "norway", "conditional", "--reason", "Almost.", "--conditions", "Hire two.")
    assert (code, out) == (0, "Decided: conditional go. Norway is active in run.\n")


def test_an_initiative_is_paused_and_resumed(world: World, run: Run) -> None:
    assert run("move", "norway", "pause", "--reason", "Winter.") == (0, "Norway is paused in crawl.\n", "")
    assert run("evaluate", "--as-of", timezone.localdate(), "--json")[1].count('"key"') == 0
    assert run("move", "norway", "resume", "--reason", "Spring.") == (0, "Norway is active in crawl.\n", "")
    assert run("move", "norway", "resume", "--reason", "Spring.")[0] == 1


def test_status_tells_where_everything_stands(measured: World, run: Run) -> None:
    code, out, _ = run("status", "--as-of", "2026-03-02", "--json")
    rows = {row.pop("key"): row for row in json.loads(out)["initiatives"]}
    assert code == 0
    assert rows["norway"] == {
        "name": "Norway", "state": "active", "stage": "crawl", "since": "2026-01-05", "trigger": "met, 1 of 1",
        "due": "2026-03-29", "proposal": "go", "outlook": None,
    }  # fmt: skip
    assert (rows["iceland"]["state"], rows["iceland"]["stage"], rows["iceland"]["trigger"]) == ("proposed", None, None)
    assert "Norway" in run("status")[1]


def test_pull_tells_what_is_new_and_what_failed(world: World, run: Run, tmp_path: Path) -> None:
    code, _, err = run("pull")
    assert (code, "orders.csv does not exist" in err) == (1, True)
    (tmp_path / "orders.csv").write_text("period,events\n2026-01-05,3\n2026-01-12,4\n")
    assert run("pull")[:2] == (0, "orders: 2 new\n")
    assert run("pull", "orders")[:2] == (0, "orders: 2 unchanged\n")
    assert Observation.objects.count() == 2


def test_work_does_what_is_due(world: World, run: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("period,events\n2026-01-05,3\n")
    code, out, _ = run("work", "--once")
    assert (code, out.endswith(" jobs done.\n")) == (0, True)
    assert not Job.objects.filter(finished_at=None).exists()


def test_login_prints_a_link_for_one_person(world: World, run: Run) -> None:
    code, out, _ = run(
        "login", "ines@example.com", "--invite", "member", "--name", "Ines Roth", "--address", "https://g.example/"
    )
    assert code == 0
    assert out.startswith("https://g.example/enter/")
    assert out.count("\n") == 1
    browser = Client()
    path = out.strip().removeprefix("https://g.example")
    browser.post(path, {"name": "Ines Roth", "password": "four words of somebody"})
    assert browser.get("/").status_code == 200
    assert Client().get(path).status_code == 404


def test_the_first_start_offers_to_become_the_administrator(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    welcome("http://127.0.0.1:8321")
    path = capsys.readouterr().out.strip().partition("http://127.0.0.1:8321")[2]
    form = {"email": "ines@example.com", "name": "Ines Roth", "password": "four words of somebody"}
    browser = Client()
    browser.post(path, form)
    assert browser.get("/people/").status_code == 200
    welcome("http://127.0.0.1:8321")
    assert capsys.readouterr().out == ""


def test_the_schema_is_json(run: Run) -> None:
    code, out, _ = run("schema")
    assert (code, json.loads(out)["title"]) == (0, "Gaitway strategy file")


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"gaitway {__version__}\n", "")


def test_doctor_names_what_needs_attention(world: World, run: Run, tmp_path: Path) -> None:
    Job.objects.update(finished_at=timezone.now())
    code, out, err = run("doctor")
    assert (code, err) == (1, "Something needs attention.\n")
    assert f"✕ source shop: no file {tmp_path / 'orders.csv'}\n" in out
    (tmp_path / "orders.csv").write_text("period,events\n")
    assert f"✓ source shop: {tmp_path / 'orders.csv'}\n" in run("doctor")[1]


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="a SQLite home of its own")
def test_a_new_home_is_made_on_first_use_and_is_healthy(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "gaitway.settings"}
    env.pop("GAITWAY_SECRET_KEY")
    command = [sys.executable, "-m", "gaitway", "doctor", "--home", str(tmp_path / "new")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ database: SQLite" in done.stdout
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_name_in_two_strategies_is_asked_for_with_its_strategy(world: World, run: Run, tmp_path: Path) -> None:
    (tmp_path / "south.yaml").write_text(STRATEGY.replace("key: north", "key: south"))
    run("apply", tmp_path / "south.yaml", "--yes")
    code, _, err = run("decide", "norway", "hold", "--reason", "Wait.")
    assert (code, err) == (2, "Which 'norway'? Name it with its strategy: north/norway, south/norway.\n")
    assert run("decide", "south/norway", "hold", "--reason", "Wait.")[0] == 0
    assert Initiative.objects.get(decisions__isnull=False).strategy.key == "south"
