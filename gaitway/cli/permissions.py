from __future__ import annotations

import json
from typing import Annotated

import typer

from . import app


@app.command()
def permissions(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Says what each role may do: the rules themselves, as the pages show them."""
    from .start import start

    start()
    from gaitway.queries import permissions as asked

    if as_json:
        print(json.dumps(asked.as_json(), indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    names = [name for _key, name in asked.columns()]
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    for group in asked.groups():
        table.add_row(f"[bold]{group.name}[/bold]")
        for row in group.rows:
            table.add_row(row.words, _who(names, row.who))
    Console().print(table)


def _who(names: list[str], may: tuple[bool, ...]) -> str:
    """By name; where nearly all may, the others."""
    those = [name for name, this in zip(names, may, strict=True) if this]
    others = [name for name, this in zip(names, may, strict=True) if not this]
    if len(others) > 1:
        return ", ".join(those)
    return f"everybody but {others[0]}" if others else "everybody"
