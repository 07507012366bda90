"""The units of systemd: they parse, start what exists, and are walled in."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.offered import DEPLOY, parses

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
WALLS = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes", "LockPersonality": "yes", "CapabilityBoundingSet": "", "UMask": "0077", "User": "gaitway",
}  # fmt: skip


def read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    parser.read(unit)
    return parser


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_it_starts_what_exists_within_its_walls(unit: Path) -> None:
    service = read(unit)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == "/opt/gaitway/bin/gaitway"
    assert parses(arguments)
    assert {name: service.get(name) for name in WALLS} == WALLS


def test_the_timer_starts_the_backup() -> None:
    assert [unit.name for unit in UNITS if unit.suffix == ".timer"] == ["gaitway-backup.timer"]
    assert (DEPLOY / "systemd" / "gaitway-backup.service").exists()
    assert read(DEPLOY / "systemd" / "gaitway-backup.timer")["Timer"]["Persistent"] == "yes"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/gaitway/bin/gaitway", "/bin/true"))
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "gaitway" in line]) == (0, [])
    (tmp_path / "gaitway-web.service").write_text("[Service]\nExecStart=/bin/true\nProtectSistem=strict\n")
    planted = subprocess.run([*command[:3], str(tmp_path / "gaitway-web.service")], capture_output=True, text=True, timeout=60,
                             check=False)  # fmt: skip
    assert "ProtectSistem" in planted.stderr
