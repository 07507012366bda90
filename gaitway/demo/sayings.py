"""How the people of Brimwell saw it, week by week: the check-ins of the demo. Luca believes in France although the numbers
don't, and owes the one of Sweden."""

from __future__ import annotations

from dataclasses import dataclass

from .history import INES, JONAS, LUCA, MAYA

YES, UNSURE, NO = "on track", "at risk", "off track"


@dataclass(frozen=True, slots=True)
class Saying:
    """`calls`: the number that Sweden counts by hand, for the week before."""

    days_ago: int
    initiative: str
    by: str
    outlook: str
    successes: str = ""
    difficulties: str = ""
    help: str = ""
    next: str = ""
    calls: float | None = None


# Oldest first.
SAYINGS: tuple[Saying, ...] = (
    Saying(43, "hotels", JONAS, UNSURE, difficulties="The fire inspector wants a certificate for the dispenser."),
    Saying(38, "sweden", LUCA, UNSURE, difficulties="Crates come apart below minus ten.", calls=8),
    Saying(31, "sweden", LUCA, UNSURE, "Theo's lining holds on the test route.",
           "Two carriers still throw the crates.", next="Film one delivery from end to end.", calls=7),
    Saying(25, "netherlands", MAYA, YES, "Parcel shops take returns now."),
    Saying(24, "sweden", LUCA, UNSURE, "Thirty calls: people like the bottles and forgive us one broken one.",
           "We still pay for every second crate.", calls=5),
    Saying(24, "belgium", LUCA, YES, "Antwerp takes more returns than we feared."),
    Saying(20, "portugal", INES, UNSURE, "Laundries ask for more posters.",
           "Eleven visitors a day are too few to prove anything.", next="Ask a second city."),
    Saying(20, "austria", LUCA, YES, "Vienna orders again within five weeks."),
    Saying(18, "netherlands", MAYA, YES, "A quarter of all orders come from friends of customers."),
    Saying(17, "sweden", LUCA, YES, "Lined crates: one broken in forty.", next="Line all of them.", calls=4),
    Saying(17, "france", LUCA, YES, "The first magazine is printed."),
    Saying(13, "portugal", INES, UNSURE, difficulties="Still too few visitors.", next="Close it at the end of the month?"),
    Saying(13, "austria", LUCA, YES, "Best week so far."),
    Saying(11, "netherlands", MAYA, YES, "Nothing to report, and that is good."),
    Saying(10, "sweden", LUCA, YES, "All crates are lined.", calls=3),
    Saying(10, "france", LUCA, YES, "Two magazines are out.", "Orders don't show it yet."),
    Saying(10, "belgium", LUCA, UNSURE, difficulties="More orders come back than in spring, and nobody can tell why.",
           next="Telephone the last fifty who sent something back."),
    Saying(9, "stations", MAYA, UNSURE, difficulties="One meter of three is connected."),
    Saying(6, "portugal", INES, UNSURE, difficulties="Forty more days at this pace prove nothing."),
    Saying(6, "austria", LUCA, YES, "The trigger is met. I'd go on."),
    Saying(5, "denmark", MAYA, YES, "Letterbox refills arrive whole."),
    Saying(4, "netherlands", MAYA, YES, "On its way.", next="Agree prices for autumn."),
    Saying(3, "france", LUCA, YES, "Magazines need time; readers write to us.", next="The third magazine on Friday."),
    Saying(2, "stations", MAYA, NO, difficulties="Two shops won't let anybody near the meter.",
           help="Sofia, please speak with the owners in Cologne."),
)  # fmt: skip
