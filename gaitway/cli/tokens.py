from __future__ import annotations

from typing import Annotated

import typer

from . import app

token = typer.Typer(
    help="Tokens let a program act for a person through the API: make, list, end.", no_args_is_help=True
)
app.add_typer(token, name="token")
By = Annotated[str, typer.Option(help="E-mail of the person.")]


@token.command()
def make(
    name: Annotated[str, typer.Argument(help="What will use it.")],
    by: By,
    scope: Annotated[list[str] | None, typer.Option(help="read, record or act; may be given again.")] = None,
    days: Annotated[int, typer.Option(help="How long it lives.")] = 90,
) -> None:
    """Prints a new token of this person, once."""
    from .start import now, start, whoever

    start()
    from gaitway.actions import tokens

    person = whoever(by)
    _row, text = tokens.make(person, name=name, scopes=scope or ["read"], days=days, by=person, at=now())
    print(text)


@token.command("list")
def list_(by: By = "") -> None:
    """Everybody's tokens, or those of one person: number, state, person, name, scopes, last use."""
    from .start import now, start, whoever

    start()
    from gaitway.queries import tokens

    for line in tokens.listed(whoever(by), now()):
        used = f"used {line.used_at:%Y-%m-%d}" if line.used_at else "never used"
        scopes = ", ".join(line.scopes)
        print(
            f"{line.pk}  {line.state} until {line.expires_at:%Y-%m-%d}  {line.person.email}  "
            f"{line.name} ({line.hint}…)  {scopes}  {used}"
        )


@token.command()
def end(
    number: Annotated[int, typer.Argument(help="As `gaitway token list` prints it.")],
    by: Annotated[str, typer.Option(help="E-mail of the person who acts.")] = "",
) -> None:
    """Ends a token: from now on it is unknown."""
    from .outcome import WrongInput
    from .start import now, start, whoever

    start()
    from gaitway.actions import tokens
    from gaitway.models import Token
    from gaitway.queries import tokens as asked

    person = whoever(by)
    try:
        found = asked.find(person, number)
    except Token.DoesNotExist:
        raise WrongInput(f"There is no token {number}. See: gaitway token list.") from None
    tokens.end(found, by=person, at=now())
    print(f"Ended: {found.name}.")
