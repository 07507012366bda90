"""No address leads into the house: the canary on 127.0.0.1 is visited by nobody who isn't allowed to."""

from __future__ import annotations

import httpcore2
import pytest

from gaitway.lib.outgoing import Budget, Door, Failed
from gaitway.lib.outgoing.network import Network, Timer
from tests.outside import Outside, answer, outside
from tests.targets import NAMES, PUBLIC, TARGETS, NameServer

BUDGET = Budget(connect=2, first=2, whole=4)


def reached(door: Door, address: str) -> str:
    """What was said there, or why nobody went."""
    try:
        with door.open(BUDGET) as visit, visit.get(address) as said:
            return said.read().decode()
    except Failed as error:
        return f"refused: {error}"


@pytest.fixture
def canary(there: Outside, no_way_out: None) -> Outside:
    there.says = {"/": answer("the canary")}
    return there


def test_there_are_targets_enough() -> None:
    assert len(set(TARGETS)) == len(TARGETS) > 100


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_is_reached(canary: Outside, target: str) -> None:
    said = reached(Door(NameServer(), hosts=frozenset()), target.format(port=canary.port))
    assert said.startswith("refused: ")
    assert canary.visits == 0


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_is_reached_by_a_redirect(canary: Outside, target: str) -> None:
    """Who redirects is allowed; where it leads is not."""
    location = target.format(port=canary.port).encode().decode("latin-1")
    with outside() as sender:
        sender.says["/away"] = answer("", "302 Found", location=location)
        said = reached(Door(NameServer(), sender.door.hosts), f"{sender.url}/away")
        # Some targets are relative to where they are found: these lead back to the sender, and no further.
        assert said.startswith("refused: ") or said == "nothing here"
    assert canary.visits == 0


CONTROLS = ["127.0.0.1", "localtest.example", "LOCALTEST.example.", "localhost"]


@pytest.mark.parametrize("host", CONTROLS)
def test_the_canary_is_found_where_its_host_is_allowed(canary: Outside, host: str) -> None:
    target = f"http://{host.rstrip('.')}:{canary.port}/"
    door = Door(NameServer(), hosts=frozenset({f"{host.lower().rstrip('.')}:{canary.port}"}))
    assert reached(door, target) == "the canary"
    assert canary.visits == 1


def test_the_administrators_list_is_that_of_the_environment(canary: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    for listed in ("", "127.0.0.1:1", "127.0.0.2", f"localhost:{canary.port}", "0.0.0.0/0", "*"):
        monkeypatch.setenv("GAITWAY_PRIVATE_HOSTS", listed)
        assert "GAITWAY_PRIVATE_HOSTS" in reached(Door(NameServer()), f"{canary.url}/")
    assert canary.visits == 0
    for listed in ("127.0.0.1", f"db.example, 127.0.0.1:{canary.port} ", "127.0.0.1."):
        monkeypatch.setenv("GAITWAY_PRIVATE_HOSTS", listed)
        assert reached(Door(NameServer()), f"{canary.url}/") == "the canary"
    assert canary.visits == 3


def test_an_allowed_name_allows_no_other_name_of_the_same_place(canary: Outside) -> None:
    door = Door(NameServer(), hosts=frozenset({"localtest.example"}))
    assert reached(door, f"{canary.url}/").startswith("refused: 127.0.0.1 has a loopback address")


def test_a_proxy_of_the_environment_is_not_asked(canary: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, canary.url)
    assert reached(Door(NameServer(), hosts=frozenset()), "http://metadata.example/").startswith("refused: ")
    assert canary.visits == 0


class Sockets(httpcore2.NetworkBackend):
    """Where it was to connect to; nobody is there."""

    def __init__(self) -> None:
        self.wanted: list[str] = []

    def connect_tcp(self, host: str, *_: object) -> httpcore2.NetworkStream:
        self.wanted.append(host)
        raise httpcore2.ConnectError


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers differently the second time is asked once."""
    names, sockets = NameServer(), Sockets()
    monkeypatch.setattr(httpcore2, "SyncBackend", lambda: sockets)
    network = Network(names, frozenset(), Timer(5, 5))
    with pytest.raises(httpcore2.ConnectError):
        network.connect_tcp("rebind.example", 80)
    assert (sockets.wanted, names.asked["rebind.example"]) == ([PUBLIC], 1)
    with pytest.raises(Failed, match=r"rebind\.example has a loopback address"):
        network.connect_tcp("rebind.example", 80)
    assert sockets.wanted == [PUBLIC]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "rebind.example"])
def test_one_bad_address_of_a_name_is_enough(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = Sockets()
    monkeypatch.setattr(httpcore2, "SyncBackend", lambda: sockets)
    with pytest.raises(Failed, match="Gaitway goes only to public ones"):
        Network(NameServer(), frozenset(), Timer(5, 5)).connect_tcp(name, 80)
    assert sockets.wanted == []
