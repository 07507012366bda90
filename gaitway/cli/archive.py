from __future__ import annotations

import os
import sys
from pathlib import Path

from .outcome import WrongInput


def write(file: Path, *, accounts: bool) -> None:
    """What `gaitway export --all` does: the file is there when all of it is."""
    from gaitway.queries import archive

    if str(file) == "-":
        archive.write(sys.stdout.buffer, accounts=accounts)
        sys.stdout.flush()
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            tail = archive.write(out, accounts=accounts)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WrongInput(f"{file}: {error.strerror}.") from None
    without = "" if accounts else " Passwords and tokens aren't in it: with --with-accounts they are."
    print(f"Wrote {sum(tail.rows.values())} rows of {len(tail.rows)} tables to {file}.{without}")
