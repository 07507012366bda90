"""/api/v1/openapi.json is OpenAPI 3.1, and says what programs are made from: names, references, parameters, answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.conftest import read

VERBS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def told(caller: Any) -> dict[str, Any]:
    found: dict[str, Any] = read(caller("nadia")("GET", "openapi.json"))
    return found


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    return ((path, verb, each) for path, verbs in told["paths"].items() for verb, each in verbs.items())


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name == "$ref" and isinstance(each, str))
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def faults(told: dict[str, Any]) -> list[str]:
    """What an OpenAPI tool would stumble over."""
    lost = [f"{each} leads nowhere" for each in sorted(set(references(told))) if not leads(told, each)]
    return lost or [error.message for error in OpenAPIV31SpecValidator(told).iter_errors()]


def leads(told: dict[str, Any], reference: str) -> bool:
    here: Any = told
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return reference.startswith("#/")


def test_it_is_openapi(told: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d", told["openapi"])
    assert faults(told) == []


@pytest.mark.parametrize("broken", ["reference", "type", "answer", "parameter"])
def test_what_is_broken_would_be_found(told: dict[str, Any], broken: str) -> None:
    bad = deepcopy(told)
    one = bad["paths"]["/api/v1/kpis/{kpi_id}"]["get"]
    if broken == "reference":
        one["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Nothing"
    elif broken == "type":
        bad["components"]["schemas"]["Kpi"]["type"] = "thing"
    elif broken == "answer":
        del one["responses"]["200"]["description"]
    else:
        one["parameters"][0]["in"] = "somewhere"
    assert faults(bad)


def test_every_operation_has_a_name_of_its_own_and_a_noun(told: dict[str, Any]) -> None:
    names = [each["operationId"] for _path, _verb, each in operations(told)]
    assert len(names) == len(set(names)) > 40
    assert all(len(each["tags"]) == 1 for _path, _verb, each in operations(told))
    assert {verb for _path, verb, _each in operations(told)} <= set(VERBS)


def test_what_stands_in_an_address_is_a_parameter_and_nothing_else(told: dict[str, Any]) -> None:
    for path, verb, each in operations(told):
        said = [one["name"] for one in each.get("parameters", []) if one["in"] == "path"]
        assert sorted(said) == sorted(re.findall(r"\{(\w+)\}", path)), (verb, path)
        assert all(one["required"] for one in each.get("parameters", []) if one["in"] == "path")
        assert len({(one["in"], one["name"]) for one in each.get("parameters", [])}) == len(each.get("parameters", []))


def test_every_answer_has_its_shape(told: dict[str, Any]) -> None:
    """The good one in words of its own, the bad ones in the one shape of errors."""
    for path, verb, each in operations(told):
        fine = [code for code in each["responses"] if int(code) < 400]
        assert len(fine) == 1, (verb, path)
        for code, answer in each["responses"].items():
            if int(code) >= 400:
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}, (verb, path, code)
        if each.get("parameters") and any(one["in"] == "path" for one in each["parameters"]):
            assert "404" in each["responses"], (verb, path)


def test_what_is_named_by_an_id_has_it_in_its_answer(told: dict[str, Any]) -> None:
    """A tool finds the way from an answer to the address of its thing by the name alone: kpi_id leads to /kpis/{kpi_id}."""
    fields = {name for schema in told["components"]["schemas"].values() for name in schema.get("properties", {})}
    asked = {name for path in told["paths"] for name in re.findall(r"\{(\w+)\}", path)}
    assert asked - fields == set()
    for path, verb, each in operations(told):
        noun, _, rest = path.removeprefix("/api/v1/").partition("/")
        if verb == "get" and re.fullmatch(r"\{\w+\}", rest):
            schema = each["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert schema.lower().startswith(noun.rstrip("s").replace("strategie", "strategy")), (path, schema)
            assert rest.strip("{}") in told["components"]["schemas"][schema]["properties"], (path, schema)


def test_no_two_shapes_have_one_name() -> None:
    """The description knows them by their names alone: of two, it would tell the one and answer the other."""
    from gaitway.api.values import In, Out

    def below(kind: type) -> Iterator[type]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    names = [each.__name__ for kind in (In, Out) for each in set(below(kind)) if each.__module__.startswith("gaitway.")]
    assert sorted(names) == sorted(set(names))
