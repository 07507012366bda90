"""The cast and their strategy: Sofia sponsors, Luca leads, Theo is on the team, Nadia must see nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from gaitway.actions import people, strategies
from gaitway.lib import strategyfile
from gaitway.models import Initiative, Kpi, Person, Stage, Strategy
from tests.snapshot import Snapshot

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
TODAY = date(2026, 3, 2)

STRATEGY = """
gaitway: 1
strategy: {key: north, name: Enter the north, period: 2026-01-01/2027-12-31}
people: {sofia@example.com: Sofia Marino, luca@example.com: Luca Brandt, theo@example.com: Theo Okafor}
sources: {shop: orders.csv}
kpis:
  orders:
    name: Orders per week
    kind: count
    unit: orders
    every: week
    baseline: 3
    target: 10
    source: shop
    sql: select period, events from shop
  conversion: {name: Conversion, kind: proportion, every: day, target: 3%}
objectives:
  - key: customers
    name: Customers outside the home market
    owner: sofia@example.com
    key_results: [{kpi: orders, target: 10, due: 2026-12-31}]
    initiatives:
      - key: norway
        name: Norway
        area: Norway
        sponsor: sofia@example.com
        lead: luca@example.com
        team: [theo@example.com]
        hypothesis: Shops in Norway order online if delivery takes under five days.
        crawl:
          dates: 2026-01-05/2026-03-29
          budget: 5000 EUR
          trigger: orders >= 6 with 95% confidence
          stop: orders < 2 with 95% confidence
          check_in: never
          checklist: [Prices agreed]
          tasks: [{name: Translate the catalogue, owner: theo@example.com, due: 2026-01-31, estimate: 5d}]
        walk: {dates: 2026-03-30/2026-09-27, budget: 20000 EUR, trigger: orders >= 25 for 3 weeks}
        run: {trigger: conversion >= 3% over 8 weeks}
      - key: iceland
        name: Iceland
        area: Iceland
        restricted: true
        sponsor: sofia@example.com
        state: proposed
        crawl: {trigger: conversion >= 3% with 95% confidence}
"""


@dataclass
class World:
    strategy: Strategy
    sofia: Person
    luca: Person
    theo: Person
    nadia: Person
    admin: Person
    norway: Initiative
    iceland: Initiative
    orders: Kpi
    conversion: Kpi

    @property
    def crawl(self) -> Stage:
        return Stage.objects.select_related("initiative__strategy").get(initiative=self.norway, key="crawl")


def document(text: str = STRATEGY, folder: Path = Path("/nowhere")) -> strategyfile.Document:
    return strategyfile.read(text, name="strategy.yaml", folder=folder)


def build(folder: Path = Path("/nowhere"), text: str = STRATEGY) -> World:
    admin = people.terminal(at=AT)
    strategies.apply(document(text, folder), by=admin, at=AT, today=TODAY)
    people.invite("nadia@example.com", name="Nadia Haddad", access=Person.Access.GUEST, by=admin, at=AT)
    return found()


def found() -> World:
    """As the database has it."""
    cast = {name: Person.objects.get(email=f"{name}@example.com") for name in ("sofia", "luca", "theo", "nadia")}
    initiatives = {i.key: i for i in Initiative.objects.select_related("strategy")}
    kpis = {kpi.key: kpi for kpi in Kpi.objects.all()}
    return World(
        Strategy.objects.get(), **cast, admin=people.terminal(at=AT), norway=initiatives["norway"],
        iceland=initiatives["iceland"], orders=kpis["orders"], conversion=kpis["conversion"],
    )  # fmt: skip


@pytest.fixture(scope="session")
def snapshot(django_db_setup: object, django_db_blocker: DjangoDbBlocker) -> Snapshot:
    with django_db_blocker.unblock():
        return Snapshot(build)


@pytest.fixture
def world(snapshot: Snapshot, db: object, tmp_path: Path) -> World:
    snapshot.put(tmp_path)
    return found()
