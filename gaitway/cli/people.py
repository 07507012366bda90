from __future__ import annotations

from typing import Annotated

import typer

from . import app
from .outcome import WrongInput


@app.command()
def login(
    email: Annotated[str, typer.Argument(help="Whose link. Somebody new needs --invite.")],
    invite: Annotated[str, typer.Option(help="Invite as administrator, strategist, member or guest.")] = "",
    name: Annotated[str, typer.Option(help="The name of somebody new.")] = "",
    address: Annotated[str, typer.Option(help="Where Gaitway is served.")] = "http://127.0.0.1:8321",
) -> None:
    """Prints a link that lets a person in, once, within an hour: to choose a password, or past a second factor that was lost."""
    from .start import now, start, whoever

    start()
    from gaitway.actions import invitations, people
    from gaitway.lib.strategyfile.shape import Email
    from gaitway.models import Person
    from gaitway.web.signin import link

    if invite:
        from pydantic import TypeAdapter, ValidationError

        if invite not in Person.Access.values:
            raise WrongInput(f"--invite is one of {', '.join(Person.Access.values)}, not {invite!r}.")
        try:
            TypeAdapter(Email).validate_python(email)
        except ValidationError:
            raise WrongInput(f"{email!r} is not an e-mail address.") from None
        people.invite(email, name=name, access=invite, by=whoever(""), at=now())
    text = invitations.make(whoever(email), lives=invitations.SHORT, by=whoever(""), at=now())
    print(address.rstrip("/") + link(text))


def welcome(address: str) -> None:
    """At the first start: prints the link with which somebody becomes the administrator, where nobody is yet."""
    from gaitway.actions import invitations
    from gaitway.queries.invitations import first_is_there
    from gaitway.web.signin import link

    from .start import now, whoever

    if not first_is_there():
        text = invitations.make(None, lives=invitations.SHORT, by=whoever(""), at=now())
        print(f"Nobody is an administrator here yet. Become it within an hour: {address}{link(text)}", flush=True)
