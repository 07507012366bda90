"""Every text of the code has its translations, and the compiled catalogues are what the written ones say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from gaitway.engine.stages import Move, State
from gaitway.lib import languages
from gaitway.models import Event
from gaitway.queries.words import faults, happenings

ROOT = Path(__file__).parents[1]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "bin" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


CATALOGUE = tool()
CODE = CATALOGUE.extracted()


def test_each_language_has_a_catalogue() -> None:
    assert sorted(CATALOGUE.PLURALS) == sorted(set(languages.NAMES) - {"en"})
    assert len(list(CODE)) > 1_500


@pytest.mark.parametrize("language", sorted(CATALOGUE.PLURALS))
def test_a_catalogue_is_up_to_date_and_whole(language: str) -> None:
    """Where this fails: bin/messages, then bin/messages --missing and --fill."""
    known, now = CATALOGUE.read(language), CATALOGUE.updated(language, CODE)
    said = {(str(message.id), message.context) for message in known if message.id}
    assert said == {(str(message.id), message.context) for message in now if message.id}
    assert list(CATALOGUE.faults(language, now)) == []


@pytest.mark.parametrize("language", sorted(CATALOGUE.PLURALS))
def test_what_is_read_at_run_time_is_what_was_written(language: str) -> None:
    path = CATALOGUE.path(language)
    assert path.read_bytes() == CATALOGUE.po(language, CATALOGUE.read(language))
    assert path.with_suffix(".mo").read_bytes() == CATALOGUE.mo(CATALOGUE.read(language))


def test_missing_texts_go_out_and_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CATALOGUE, "LOCALE", tmp_path)
    todo = CATALOGUE.missing("uk", CODE)
    one = next(each for each in todo if each["id"] == "%(n)s day")
    assert (one["plural"], one["text"]) == ("%(n)s days", ["", "", ""])
    assert "gaitway/queries/words/findings.py" in one["where"]
    CATALOGUE.write("uk", CATALOGUE.fill("uk", CODE, [one | {"text": ["%(n)s день", "%(n)s дні", "%(n)s днів"]}]))
    assert len(CATALOGUE.missing("uk", CODE)) == len(todo) - 1
    with pytest.raises(KeyError, match="The code says no 'never said'"):
        CATALOGUE.fill("uk", CODE, [{"id": "never said", "text": "x"}])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "has no translation"),
        ("%(who)s", "'%(who)s' has other places than the original"),
        (" %(person)s", "begins or ends otherwise than the original"),
    ],
)
def test_a_wrong_translation_is_told(text: str, fault: str) -> None:
    made = CATALOGUE.fill("de", CODE, [{"id": "invited %(person)s", "text": text}])
    assert [line for line in CATALOGUE.faults("de", made) if line.endswith(fault)]


def test_what_the_engine_and_the_models_name_can_be_said() -> None:
    assert sorted(happenings.KINDS) == sorted(Event.Kind.values)
    assert sorted(faults.MOVES) == sorted(Move)
    assert sorted(faults.STATES) == sorted(State)
