"""Every setting in one place: what it means, what holds where nobody chose, and where it is set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gaitway.lib import folding
from gaitway.models import Person

from . import navigation
from .environment_settings import ENVIRONMENT
from .viewer import viewer

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Setting:
    """`name`: of the address where it is set, or nothing where `place` says it in words."""

    title: Words
    sentence: Words
    default: Words
    name: str = ""
    place: Words = ""
    who: Literal["everyone", "house", "administrators"] = "everyone"

    def open_to(self, person: Person) -> bool:
        may = {"everyone": True, "house": not person.is_guest, "administrators": person.is_administrator}[self.who]
        return may and (not self.name or navigation.exists(self.name))

    def says(self, sought: list[str]) -> bool:
        text = folding.fold(f"{self.title} {self.sentence} {self.default}")
        return all(word in text for word in sought)


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    title: Words
    settings: tuple[Setting, ...]


FILE = _("in the strategy file")
PARTS = (
    Part(
        "you",
        _("You"),
        (
            Setting(
                _("Colours"),
                _("Light, dark, or as your system has it."),
                _("as your system has it"),
                place=_("in the menu under your name"),
            ),
            Setting(
                _("Rows"),
                _("How high the rows of lists are: compact, normal or roomy."),
                _("normal"),
                place=_("in the menu under your name"),
            ),
            Setting(
                _("Single-letter keys"),
                _("Whether keys such as J, K and ? do something. Keys with Ctrl always do."),
                _("on"),
                place=_("in the menu under your name"),
            ),
            Setting(
                _("Side bar"),
                _("Wide, or narrow with icons alone, in this browser."),
                _("wide"),
                place=_("with the button on top of it, or the key ["),
            ),
            Setting(
                _("What comes near"),
                _("Which events need you, which you follow, and which stay quiet."),
                _("you follow them"),
                "preferences",
            ),
            Setting(
                _("Mail"),
                _("What is mailed at once, what waits for the digest, and what never is."),
                _("at once what needs you, the rest in the digest"),
                "preferences",
            ),
            Setting(_("Digest"), _("The day on which your week comes by mail."), _("Monday"), "preferences"),
            Setting(
                _("What you follow"),
                _("Initiatives and objectives of which you hear without a role in them."),
                _("nothing"),
                "preferences",
            ),
            Setting(
                _("Saved views"),
                _("Lists under a name of yours, and which of them stand in the side bar."),
                _("none"),
                "views",
            ),
            Setting(_("Away"), _("Who decides and approves for you, from a day to a day."), _("nobody"), "away"),
            Setting(_("Password"), _("What you sign in with: twelve signs or more."), _("as you chose it"), "account"),
            Setting(
                _("Second factor"), _("A code from an app, or a passkey, beside the password."), _("off"), "account"
            ),
            Setting(
                _("Tokens"), _("What lets programs act for you, until when, and what it may."), _("none"), "tokens"
            ),
        ),
    ),
    Part(
        "strategy",
        _("The strategy"),
        (
            Setting(
                _("Vision and period"), _("What is wanted, and from when to when."), _("none"), place=FILE, who="house"
            ),
            Setting(
                _("Stages"), _("The ladder that initiatives climb."), _("crawl, walk, run"), place=FILE, who="house"
            ),
            Setting(
                _("Who decides at a gate"),
                _("The sponsor, or several people of named groups."),
                _("the sponsor"),
                place=FILE,
                who="house",
            ),
            Setting(
                _("Week and year"),
                _("On which day a week begins, and in which month a fiscal year."),
                _("Monday, January"),
                place=FILE,
                who="house",
            ),
            Setting(
                _("Time zone of the strategy"),
                _("In which its days begin and end."),
                _("that of the installation"),
                place=FILE,
                who="house",
            ),
            Setting(
                _("Sources"),
                _("Where its numbers come from, and how many of them are asked for at once."),
                _("one at a time"),
                "sources",
                who="house",
            ),
            Setting(
                _("Roles"),
                _("Who sponsors, leads, works on and sees an initiative: on its own page, under Roles."),
                _("as the strategy file says"),
                "permissions",
                who="house",
            ),
        ),
    ),
    Part(
        "house",
        _("The installation"),
        (
            Setting(
                _("People"),
                _("Who is here and what they may do everywhere."),
                _("member"),
                "people",
                who="administrators",
            ),
            Setting(
                _("Channels"),
                _("Slack, Teams and webhooks that hear of events."),
                _("none"),
                "channels",
                who="administrators",
            ),
            Setting(
                _("Permissions"),
                _("What each role may do; an administrator can look through somebody else's eyes."),
                _("as the table says"),
                "permissions",
                who="house",
            ),
            Setting(
                _("Audit"),
                _("Who did what, in one chain that shows when it was changed."),
                _("always on"),
                "audit",
                who="administrators",
            ),
        ),
    ),
    Part(
        "environment",
        _("The environment"),
        tuple(
            Setting(name, sentence, default, place=_("in the environment, before the start"), who="administrators")
            for name, (sentence, default) in ENVIRONMENT.items()
        ),
    ),
    Part(
        "danger",
        _("What can't be taken back"),
        (
            Setting(
                _("End all sessions"),
                _("Every browser but this one is signed out, and every token ends."),
                _("never by itself"),
                "account",
            ),
            Setting(
                _("Close an account"),
                _("Somebody can't sign in any more; what they did stays."),
                _("never by itself"),
                "people",
                who="administrators",
            ),
            Setting(
                _("Release the hold"),
                _("After a restore nothing leaves the house until somebody says so: gaitway restore --release."),
                _("held"),
                place=_("on the command line"),
                who="administrators",
            ),
        ),
    ),
)


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    person, q = viewer(request), request.GET.get("q", "")[:200]
    sought = folding.words(q)
    open_ = [(part, [each for each in part.settings if each.open_to(person)]) for part in PARTS]
    shown = [(part, [each for each in settings if each.says(sought)]) for part, settings in open_]
    page = {
        "q": q, "total": sum(len(settings) for _part, settings in open_),
        "found": sum(len(settings) for _part, settings in shown),
        "parts": [(part, settings) for part, settings in shown if settings],
        "is_set": {name for name in ENVIRONMENT if os.environ.get(name)} if person.is_administrator else set(),
    }  # fmt: skip
    return render(request, "settings.html", page)
