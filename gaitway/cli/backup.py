from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A folder, or the file to write.")] = Path("."),
) -> None:
    """Writes everything into one file while Gaitway runs, and reads it again before it counts."""
    from .start import now, start

    if not target.absolute().parent.is_dir():
        raise WrongInput(f"There is no folder {target.absolute().parent}.")
    start()
    from gaitway.work import backups

    try:
        path, manifest = backups.make(target.absolute(), at=now())
    except OSError as error:
        raise WrongInput(f"{error.filename or target}: {error.strerror}.") from None
    except backups.NotVerified as error:
        raise AnswerIsNo(f"No backup was made: what was written isn't what is here. {error}") from None
    print(
        f"Wrote {path}: {sum(manifest.rows.values())} rows, {path.stat().st_size / 1e6:.1f} MB, read again and compared."
    )
    print("Not in it: the secret key (the file secret-key in the home, or GAITWAY_SECRET_KEY), the environment variables of "
          "your sources, and who is signed in. Keep the key elsewhere.")  # fmt: skip


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup, or what export --all --with-accounts wrote.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is data; it is kept beside.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Let things leave the house again.")] = False,
    by: Annotated[str, typer.Option(help="With --release: e-mail of the person who acts.")] = "",
) -> None:
    """Puts a backup in the place of what is here. Nothing leaves the house after that until you say --release."""
    if release == (file is not None):
        raise WrongInput("Name the backup, or say --release: one of the two.")
    if release and replace:
        raise WrongInput("--replace goes with a backup.")
    if by and not release:
        raise WrongInput("--by goes with --release.")
    from .start import now, start, whoever

    if file is not None and not file.is_file():
        raise WrongInput(f"There is no file {file}.")
    start()
    if file is None:
        from gaitway.actions import holds

        hold = holds.release(by=whoever(by), at=now())
        print(f"Released: {hold.reason}. Sources are asked and people are told again.")
        return
    from gaitway.lib import archive, backupfile
    from gaitway.work import restoring

    try:
        done = restoring.restore(file.absolute(), replace=replace, at=now())
    except (archive.Damaged, backupfile.Damaged) as error:
        raise WrongInput(f"{file} is damaged, nothing was changed: {error}") from None
    except OSError as error:
        raise WrongInput(f"{error.filename or file}: {error.strerror}. Nothing was changed.") from None
    print(
        f"Restored {sum(done.rows.values())} rows"
        + (f" as of {done.made_at[:16].replace('T', ' ')} UTC." if done.made_at else ".")
    )
    if done.kept:
        print(f"What was here is kept as {done.kept}; remove it when you don't need it.")
    print(
        "Nothing leaves the house yet: no source is asked, nobody is told. Look around, then say: gaitway restore --release"
    )
