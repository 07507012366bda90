"""What people may do, and what they do to the way they sign in, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gaitway.models import Role

ACCESS = {
    "administrator": _("administrator"),
    "strategist": _("strategist"),
    "member": _("member"),
    "guest": _("guest"),
}
MAY = {
    "administrator": _("Sees and does everything, and manages people."),
    "strategist": _("Sees every initiative and works in all of them."),
    "member": _("Sees what isn't restricted, and works where they have a role."),
    "guest": _("Sees only the initiatives in which they have a role."),
}
ROLES = {
    Role.Kind.SPONSOR: _("sponsor"),
    Role.Kind.LEAD: _("lead"),
    Role.Kind.CONTRIBUTOR: _("team member"),
    Role.Kind.CONSULTED: _("consulted"),
    Role.Kind.VIEWER: _("viewer"),
}
# Each follows the name of the person.
SIGN_IN = {
    "password": _("set a new password"),
    "app on": _("turned codes from an app on"),
    "app off": _("turned codes from an app off"),
    "passkey on": _("added a passkey"),
    "passkey off": _("removed a passkey"),
    "passkey named": _("renamed a passkey"),
    "codes": _("drew new recovery codes"),
    "joined": _("linked single sign-on"),
    "left": _("unlinked single sign-on"),
    "ended": _("ended the other sessions"),
}


def role_name(kind: str) -> str:
    """Of a role, or of an access that a trigger may ask for."""
    return str(ROLES[Role.Kind(kind)] if kind in ROLES else ACCESS.get(kind, kind))
