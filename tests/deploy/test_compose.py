"""A team's installation as containers: what it starts exists, and no secret has a default."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.deploy.offered import DEPLOY, SETTINGS, parses

TEXT = (DEPLOY / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "gaitway"}


def test_it_is_two_web_and_two_workers_and_one_that_upgrades_first() -> None:
    assert {name: service.get("deploy", {}).get("replicas", 1) for name, service in OURS.items()} == {
        "upgrade": 1, "web": 2, "worker": 2}  # fmt: skip
    for name in ("web", "worker"):
        assert OURS[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert OURS["upgrade"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_what_it_starts_exists() -> None:
    for service in OURS.values():
        assert parses(service["command"])
        assert {name for name in service["environment"] if name.startswith("GAITWAY_")} <= SETTINGS


def test_a_process_has_longer_to_stop_than_it_takes() -> None:
    from gaitway.cli.serve import GRACE

    for name in ("web", "worker"):
        assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > GRACE + 2


def test_ours_can_write_to_nothing_but_their_data() -> None:
    for service in OURS.values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(volume.endswith(":ro") or volume.startswith("data:") for volume in service["volumes"])


def test_secrets_have_no_default_and_are_all_in_the_example() -> None:
    named = dict(re.findall(r"\$\{(\w+)(:[?-][^}]*)?\}", TEXT))
    secrets = {name for name in named if re.search(r"SECRET|TOKEN|PASSWORD", name)}
    assert secrets == {"GAITWAY_SECRET_KEY", "GAITWAY_METRICS_TOKEN", "POSTGRES_PASSWORD"}
    assert {name for name in secrets if not named[name].startswith(":?")} == set()
    example = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "example.env").read_text("utf-8"), re.MULTILINE))
    assert {name for name in secrets if example[name]} == set()
    assert {name for name, rest in named.items() if rest.startswith(":?")} <= set(example)


def test_images_of_others_are_pinned_and_the_database_is_not_outside() -> None:
    others = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    assert [image for image in others if not re.fullmatch(r"[\w.-]+/[\w./-]+:\d[\w.-]*", image)] == []
    assert SERVICES["database"]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_proxy_passes_streams_on_and_keeps_the_numbers_in() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "@numbers path /metrics\n\trespond @numbers 404" in caddy
    assert "dynamic a web 8321" in caddy
    assert "flush_interval -1" in caddy
