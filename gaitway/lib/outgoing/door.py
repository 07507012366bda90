from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .leave import private_hosts

if TYPE_CHECKING:
    import ssl

    from .visit import Visit


@dataclass(frozen=True, slots=True)
class Budget:
    """What a visit may cost. `connect`: seconds until a connection stands. `first`: seconds until the head of an answer.
    `whole`: seconds of all requests together. `bytes`: of all answers together, packed and unpacked."""

    connect: float = 10.0
    first: float = 20.0
    whole: float = 30.0
    bytes: int = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Door:
    """`resolve`: from a name and a port to addresses; by the operating system if left out. `hosts`: private hosts that
    may be visited; those of GAITWAY_PRIVATE_HOSTS if left out. `tls`: whom to trust; whom this machine trusts."""

    resolve: Callable[[str, int], list[str]] | None = None
    hosts: frozenset[str] | None = None
    tls: ssl.SSLContext | None = None

    @contextmanager
    def open(self, budget: Budget) -> Iterator[Visit]:
        """Connections are kept as long as it is open, and ended with it."""
        import httpcore2

        from . import network
        from .visit import Visit

        timer = network.Timer(budget.whole, budget.first)
        hosts = private_hosts() if self.hosts is None else self.hosts
        with httpcore2.ConnectionPool(
            ssl_context=self.tls or network.trusted(),
            network_backend=network.Network(self.resolve or network.resolve, hosts, timer),
            max_keepalive_connections=1,
        ) as pool:
            yield Visit(pool, hosts, timer, budget)
