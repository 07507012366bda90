"""The examples for the web are served by a connector that takes their options, and the numbers are those of the code."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from gaitway.connectors import find
from gaitway.connectors.base import LIMITS, Place
from gaitway.connectors.files.check import check
from gaitway.connectors.prometheus import Prometheus
from gaitway.connectors.web import Web
from gaitway.connectors.web.fetch import PAGES
from gaitway.connectors.web.options import read

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
WEB = PAGE.partition("\n## Web\n")[2].partition("\n## ")[0]
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", WEB, re.DOTALL | re.MULTILINE)]
PLACES = {
    key: Place(given) if isinstance(given, str) else Place(given["at"], given["options"])
    for example in EXAMPLES
    for key, given in example["sources"].items()
}
QUERIES = [kpi for example in EXAMPLES for kpi in example.get("kpis", {}).values()]


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name in re.findall(r"GAITWAY_SOURCE_[A-Z]+", WEB):
        monkeypatch.setenv(name, "secret")


def test_every_example_has_its_connector():
    kinds = {key: type(find(place)) for key, place in PLACES.items()}
    assert kinds == {"signups": Web, "stock": Web, "crm": Web, "metrics": Prometheus}


@pytest.mark.parametrize("key", [key for key, place in PLACES.items() if Web().serves(place)])
def test_every_option_is_one(key):
    options = read(PLACES[key].options)
    assert options.rest == {}
    assert set(options.headers.values()) <= {"Bearer secret"}


def test_every_query_reads_the_source_it_names():
    sql = [kpi for kpi in QUERIES if Web().serves(PLACES[kpi["source"]])]
    with duckdb.connect() as connection:
        found = [check(connection, kpi["sql"], PLACES).sources for kpi in sql]
    assert found == [{kpi["source"]} for kpi in sql] == [{"signups"}, {"crm"}]


def test_every_promql_on_the_page_is_understood(ask):
    asked = [kpi["query"] for kpi in QUERIES if kpi["source"] == "metrics"]
    assert len(asked) == 2
    for query in asked:
        assert "The expression gives nothing for any day" in ask(query).message


def test_the_numbers_are_those_of_the_code():
    assert f"{LIMITS.download:,} bytes" in WEB
    assert f"within {LIMITS.seconds:g} seconds" in WEB
    assert f"at most {PAGES}." in WEB
