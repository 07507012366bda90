"""The page on the command line names every command with every option, and each example is one that parses."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from gaitway.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### ([\w-]+)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE))
ROOT = typer.main.get_command(app)
COMMANDS = ROOT.commands


def options(command):
    return {
        name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts) if "-" in name
    }


def with_those_below(command):
    return options(command).union(*map(options, getattr(command, "commands", {}).values()))


def test_every_command_has_its_section():
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_named_and_no_other(name):
    bullets = "".join(re.findall(r"^- .+$", SECTIONS[name], re.MULTILINE))
    assert set(re.findall(r"`(--?[a-z][\w-]*)`", bullets)) == with_those_below(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_parses(name):
    example = re.match(r"`gaitway (.+?)`", SECTIONS[name])[1].partition(" > ")[0]
    called, *arguments = shlex.split(example)
    assert called == name
    assert COMMANDS[name].make_context(name, arguments).command is COMMANDS[name]


def test_the_options_of_the_whole_are_named():
    assert {name for name in options(ROOT) if f"`{name}" in PAGE} == options(ROOT) == {"--home", "--version"}


def test_the_exit_codes_are_those_that_commands_end_with(capsys):
    from gaitway.cli.outcome import AnswerIsNo, WrongInput, guarded

    def ends(error):
        def command(arguments, standalone_mode):
            if error:
                raise error

        return guarded(command, [])

    assert [ends(None), ends(AnswerIsNo("no")), ends(WrongInput("what?"))] == [0, 1, 2]
    assert re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE) == ["0", "1", "2"]
    assert capsys.readouterr().err == "no\nwhat?\n"
