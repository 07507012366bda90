"""Brimwell's strategy as the text of a strategy file, with dates around a day."""

from __future__ import annotations

from datetime import date, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined


def strategy_text(today: date) -> str:
    """The YAML; its sources are the files that `transactions.build` writes into the folder of the strategy file."""
    environment = Environment(
        loader=PackageLoader("gaitway.demo", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # YAML from our own words, never shown as HTML
    )

    def day(offset: int) -> str:
        return (today + timedelta(days=offset)).isoformat()

    return environment.get_template("strategy.yaml.jinja").render(day=day)
