from __future__ import annotations

from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput


@app.command()
def digest(
    to: Annotated[str, typer.Option(help="E-mail of the person whose week it is.")],
    show: Annotated[bool, typer.Option("--show", help="Print it, and send nothing.")] = False,
    html: Annotated[bool, typer.Option("--html", help="With --show: as the HTML of the mail.")] = False,
) -> None:
    """Sends a person the digest of the last seven days now, besides the one that comes by itself."""
    from .start import now, start, whoever

    if html and not show:
        raise WrongInput("--html belongs to --show: a mail has both forms.")
    start()
    from django.conf import settings

    from gaitway.notices import digest, email
    from gaitway.notices.base import Undelivered, Unwanted

    person, at = whoever(to), now()
    try:
        made = digest.mail(person, at)
        if show:
            print(made.html if html else f"{made.subject}\n\n{made.text}")
            return
        if not settings.EMAIL_ON:
            raise WrongInput("No mail server is set: set GAITWAY_EMAIL_URL, or print the digest with --show.")
        email.send(person, made, f"asked:{person.pk}:{at:%Y%m%d%H%M%S}")
    except Unwanted as error:
        raise AnswerIsNo(f"{person} would get no digest. {error}") from None
    except Undelivered as error:
        raise AnswerIsNo(str(error)) from None
    print(f"Sent to {person.email}.")
