from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gaitway.models import Person

# What anybody would try here first. The names of strategies are not among them: a refusal would tell what they are.
OURS = (
    "gaitway",
    "crawl",
    "walk",
    "run",
    "strategy",
    "strategist",
    "administrator",
    "admin",
    "sponsor",
    "portfolio",
    "password",
)
_OURS = re.compile(f"({'|'.join(sorted(OURS, key=len, reverse=True))})+")


class OurWords:
    """No password that is nothing but our own words with digits and signs between them."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if _OURS.fullmatch(re.sub(r"[\W\d_]+", "", password.lower())):
            raise ValidationError(_("This is made of words of Gaitway alone, which anybody would try first."))

    def get_help_text(self) -> str:
        return _("Not made of words of Gaitway alone.")
