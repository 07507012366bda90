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

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("")
    for _key, name in asked.columns():
        table.add_column(name[:6], justify="center", no_wrap=True)
    for group in asked.groups():
        table.add_row(f"[bold]{group.name}[/bold]")
        for row in group.rows:
            table.add_row(row.words, *("x" if may else "·" for may in row.who))
    Console().print(table)
