"""Two years of Brimwell's transactions as Parquet files. The same seed and day give the same files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from . import tables
from .demand import Calendar
from .markets import MARKETS
from .tables import Table

SEED = 20

# The columns as they are written, where the array's own type is not the one wanted.
CASTS = {
    "day": "day::date as day",
    "ordered_at": "ordered_at::timestamp as ordered_at",
    "opened_at": "opened_at::timestamp as opened_at",
    "litres": "nullif(litres, 'nan'::double) as litres",
}


def build(folder: Path, today: date, *, seed: int = SEED) -> dict[str, Path]:
    """Writes one Parquet file a table into `folder`, made where it is missing. The last day is `today`.

    Returns the files by table: orders, traffic, costs, deliveries, tickets and stations."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, table in world(today, seed).items():
            columns = ", ".join(CASTS.get(column, column) for column in table)
            connection.register("arrays", table)
            files[name] = folder / f"{name}.parquet"
            connection.table("arrays").project(columns).write_parquet(str(files[name]))
            connection.unregister("arrays")
    return files


def world(today: date, seed: int = SEED) -> dict[str, Table]:
    """The tables by name. Each market has its own random numbers, so that a new one leaves the others alone."""
    calendar = Calendar(today)
    sources = np.random.SeedSequence(seed).spawn(len(MARKETS) + 1)
    sold, seen, spent = [], [], []
    for market, source in zip(MARKETS, sources[1:], strict=True):
        rng = np.random.default_rng(source)
        sold.append(tables.orders(market, calendar, rng))
        seen.append(tables.traffic(market, calendar, rng))
        spent.append(tables.costs(market, calendar, sold[-1], rng))
    rng = np.random.default_rng(sources[0])
    orders = joined(sold)
    return {
        "orders": orders,
        "traffic": joined(seen),
        "costs": joined(spent),
        "deliveries": tables.deliveries(calendar, orders["ordered_at"], rng),
        "tickets": tables.tickets(calendar, orders, rng),
        "stations": tables.stations(calendar),
    }


def joined(parts: list[Table]) -> Table:
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
