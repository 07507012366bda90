"""What the people of Brimwell did and decided, so that the demo's past can be played through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Act = Literal[
    "start", "go", "conditional", "hold", "back", "stop", "pause", "resume", "finish", "done", "check", "limits"
]

SOFIA, LUCA, THEO = "sofia@example.com", "luca@example.com", "theo@example.com"
MAYA, JONAS, INES, NOOR = "maya@example.com", "jonas@example.com", "ines@example.com", "noor@example.com"


@dataclass(frozen=True, slots=True)
class Step:
    """`item` is the task that is `done`, the point of the checklist that is a `check` or the KPI whose `limits` are
    re-set. `ends` is set where the move plans the stage anew: days from today to its new end."""

    days_ago: int
    initiative: str
    act: Act
    by: str
    reason: str = ""
    conditions: str = ""
    item: str = ""
    ends: int | None = None


_CARRIER = (
    Step(620, "carrier", "start", SOFIA, "One parcel in seven is late. Try it from Hamburg first."),
    Step(611, "carrier", "done", JONAS, item="Try the carrier from Hamburg"),
    Step(540, "carrier", "go", SOFIA, "Hamburg is late half as often as before. Venlo next."),
    Step(524, "carrier", "done", THEO, item="Move Venlo to the new carrier"),
    Step(
        505,
        "carrier",
        "limits",
        JONAS,
        "Both warehouses now ship with the new carrier.",
        item="late_parcels",
    ),
    Step(400, "carrier", "go", SOFIA, "Clearly below eight per cent in both warehouses, through two holidays."),
    Step(125, "carrier", "done", NOOR, item="Negotiate the three-year contract"),
    Step(118, "carrier", "check", NOOR, item="Contract runs for three years"),
    Step(62, "carrier", "check", JONAS, item="Old contracts are ended"),
    Step(58, "carrier", "finish", SOFIA, "This is how we ship now. Nothing left to decide. Well done, Jonas."),
)

_BELGIUM = (
    Step(560, "belgium", "start", SOFIA, "Nearest market, same warehouse, two languages we can speak."),
    Step(537, "belgium", "done", MAYA, item="Translate the shop"),
    Step(530, "belgium", "check", MAYA, item="Shop speaks Dutch and French"),
    Step(519, "belgium", "done", THEO, item="Ship the first hundred trial sets"),
    Step(505, "belgium", "hold", SOFIA, "Good weeks, but only a few of them. Let the pilot run its time."),
    Step(500, "belgium", "check", NOOR, item="Deposit rules are checked"),
    Step(470, "belgium", "go", SOFIA, "Ten orders a week are proved. Rent the shelves."),
    Step(424, "belgium", "done", JONAS, item="Rent shelves in the Venlo warehouse"),
    Step(396, "belgium", "done", MAYA, item="Start the neighbour brings neighbour offer"),
    Step(290, "belgium", "go", SOFIA, "Orders have doubled since walk and each customer costs less. Scale it."),
    Step(146, "belgium", "done", JONAS, item="Returns desk in Antwerp"),
)

_SPAIN = (
    Step(330, "spain", "start", SOFIA, "Tablets are light. If it works, the whole south opens."),
    Step(298, "spain", "done", THEO, item="Test the tablets in hard water"),
    Step(
        262, "spain", "stop", SOFIA,
        "One visitor in a hundred orders a set and many come back: hard water leaves a film. It took ten weeks "
        "and half of the budget to know.",
    ),
)  # fmt: skip

_NETHERLANDS = (
    Step(310, "netherlands", "start", SOFIA, "Second market by the Belgian playbook."),
    Step(293, "netherlands", "done", THEO, item="Offer iDEAL at the till"),
    Step(250, "netherlands", "hold", SOFIA, "Looks like Belgium did, but the evidence isn't there yet."),
    Step(214, "netherlands", "go", SOFIA, "Proved. Same plan as in Belgium, without a warehouse."),
    Step(118, "netherlands", "done", INES, item="Bring the Dutch questions to Venlo"),
    Step(27, "netherlands", "done", JONAS, item="Agree returns with two parcel shop chains"),
)

_SWEDEN = (
    Step(260, "sweden", "start", SOFIA, "Swedes pay most for an order. See whether glass survives the road."),
    Step(246, "sweden", "done", JONAS, item="Find a carrier north of Malmö"),
    Step(190, "sweden", "go", SOFIA, "Trial sets sell and few come back."),
    Step(158, "sweden", "done", MAYA, item="Swedish price list"),
    Step(75, "sweden", "hold", SOFIA, "Returns are up since the cold weather. Two more weeks before we judge."),
    Step(
        45, "sweden", "back", SOFIA,
        "Stop rule met: frost breaks the glass. People still order, so we step back and mend the crate instead.",
        ends=45,
    ),
    Step(37, "sweden", "done", THEO, item="Line the crates against frost"),
    Step(24, "sweden", "done", INES, item="Telephone thirty customers with broken glass"),
)  # fmt: skip

_FRANCE = (
    Step(240, "france", "start", SOFIA, "A morning show has our bottle next week. Be there when people look."),
    Step(224, "france", "done", THEO, item="French labels for six products"),
    Step(150, "france", "go", SOFIA, "About twenty-five orders a week, well above the fifteen we asked for."),
    Step(108, "france", "done", MAYA, item="Advertise in three parents' magazines"),
    Step(60, "france", "hold", SOFIA, "Orders fall since the report is off the air. Give the magazines a month."),
)

_STATIONS = (
    Step(190, "stations", "start", SOFIA, "Three stations, three kinds of shop."),
    Step(172, "stations", "done", THEO, item="Build three stations"),
    Step(
        100, "stations", "conditional", SOFIA,
        "The shops are happy and ask for more, but nobody has counted a litre.",
        conditions="The meters are connected within 30 days.",
    ),
)  # fmt: skip

_HOTELS = (
    Step(120, "hotels", "start", SOFIA, "Five hotels asked us. Find out whether they order twice."),
    Step(92, "hotels", "done", JONAS, item="Win five hotels for a trial"),
    Step(70, "hotels", "check", JONAS, item="Collection tour is priced"),
    Step(40, "hotels", "pause", SOFIA, "No deliveries until the dispenser has its fire certificate."),
)

_YOUNG = (
    Step(62, "austria", "start", SOFIA, "Same language, same shop, one new parcel label."),
    Step(55, "austria", "check", NOOR, item="Postage is the same as in Germany"),
    Step(41, "austria", "done", NOOR, item="Register the packaging licence"),
    Step(40, "austria", "check", NOOR, item="Packaging licence is registered"),
    Step(55, "portugal", "start", SOFIA, "A small test for little money."),
    Step(40, "portugal", "done", INES, item="Put posters in twelve Lisbon laundries"),
    Step(12, "denmark", "start", SOFIA, "Letterbox refills are new. Denmark is the place to try them."),
    Step(2, "denmark", "done", THEO, item="Print letterbox boxes"),
)

# Oldest first. Poland has no step: it is proposed and waits for its turn.
STEPS: tuple[Step, ...] = tuple(
    sorted(
        _CARRIER + _BELGIUM + _SPAIN + _NETHERLANDS + _SWEDEN + _FRANCE + _STATIONS + _HOTELS + _YOUNG,
        key=lambda step: -step.days_ago,
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """Of one initiative in the review: what its lead notes, and an action with who does it, due so many days later."""

    initiative: str
    note: str
    action: str = ""
    owner: str = ""
    days: int = 14


REVIEW_DAYS_AGO = 6
REVIEW_BY = SOFIA
REVIEW = (
    Said("belgium", "Orders hold, the price of an order doesn't. The bundle is the likely cause.",
         "Show what the bundle costs each order", INES, 21),
    Said("france", "The returns are slow because two warehouses count them twice.",
         "Count returns in Venlo alone", JONAS),
    Said("stations", "Shops ask for the second machine. Wait for the winter numbers."),
)  # fmt: skip
