from __future__ import annotations

from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput


@app.command()
def transfer(
    to: Annotated[
        str, typer.Option(help="postgresql://user@host/name or sqlite:////path/file.sqlite3: new and empty.")
    ],
) -> None:
    """Moves everything to another database, and compares what arrived byte for byte."""
    from .start import now, start

    start()
    from django.db import DatabaseError

    from gaitway.lib.archive import Damaged
    from gaitway.work import transfers

    try:
        rows, sha256 = transfers.transfer(to, at=now())
    except ValueError as error:
        if isinstance(error, Damaged):
            raise AnswerIsNo(f"--to: {error}") from None
        raise WrongInput(f"--to: {error}.") from None
    except DatabaseError as error:
        raise WrongInput(f"--to: the database can't be used: {' '.join(str(error).split())}") from None
    except transfers.Differs as error:
        raise AnswerIsNo(str(error)) from None
    print(f"{sum(rows.values())} rows are there, byte for byte as they are here (SHA-256 {sha256[:16]}…).")
    print("From now on start Gaitway with GAITWAY_DATABASE_URL set to that address. What is here stays as it is.")
