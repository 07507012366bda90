"""How people want to be told, and what they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from gaitway.models import Delivery, Event, Following, Initiative, Objective, Person, Preference, Role
from gaitway.queries.values import Target

_SALT = "gaitway.unsubscribe"
DIGEST, MAIL = "digest", "mail"  # what a link in a mail ends


@dataclass(frozen=True, slots=True)
class Followed:
    kind: str
    key: str
    target: Target


def of(person: Person) -> Preference:
    """What the person chose, or the defaults."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def all_of(people: list[Person]) -> dict[int, Preference]:
    chosen = {each.person_id: each for each in Preference.objects.filter(person__in=people)}
    return {person.pk: chosen.get(person.pk) or Preference(person=person) for person in people}


def followers(event: Event) -> QuerySet[Person]:
    """Who follows what the event is about."""
    initiative = event.initiative
    if initiative is None:
        nobody: QuerySet[Person] = Person.objects.none()
        return nobody
    about = Q(followed__initiative=initiative) | Q(followed__objective=initiative.objective_id)
    followers: QuerySet[Person] = Person.objects.filter(about, is_active=True).distinct()
    return followers


def state(viewer: Person, key: str) -> str:
    """What the viewer has to do with the initiative `strategy/initiative`: `role`, `objective` (it follows that), `follows`,
    or nothing. One query."""
    strategy, _sep, name = key.partition("/")
    rows = Initiative.objects.filter(strategy__key=strategy, key=name)
    found = rows.annotate(
        in_it=Exists(Role.objects.filter(person=viewer, initiative=OuterRef("pk"))),
        it=Exists(Following.objects.filter(person=viewer, initiative=OuterRef("pk"))),
        all_of=Exists(Following.objects.filter(person=viewer, objective=OuterRef("objective"))),
    ).values_list("in_it", "it", "all_of")
    for named, asked in zip(("role", "follows", "objective"), found[0] if found else (), strict=False):
        if asked:
            return named
    return ""


def followed(viewer: Person) -> list[Followed]:
    """What the viewer follows and may still see."""
    rows = Following.objects.visible_to(viewer).select_related("initiative__strategy", "objective__strategy")
    pairs = list(Initiative.objects.visible_to(viewer).values_list("pk", "objective"))
    seen, objectives = {pk for pk, _ in pairs}, {objective for _, objective in pairs}
    found = []
    for row in rows:
        if row.initiative is not None and row.initiative_id in seen:
            key = f"{row.initiative.strategy.key}/{row.initiative.key}"
            found.append(Followed("initiative", key, Target("initiative", key, row.initiative.name)))
        elif row.objective is not None and row.objective_id in objectives:
            key = f"{row.objective.strategy.key}/{row.objective.key}"
            found.append(Followed("objective", key, Target("objective", key, row.objective.name)))
    return found


def find_initiative(viewer: Person, key: str) -> Initiative:
    """Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    found: Initiative = Initiative.objects.visible_to(viewer).current().get(strategy__key=strategy, key=name)
    return found


def find_objective(viewer: Person, key: str) -> Objective:
    """One of whose initiatives the viewer sees. Raises Objective.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    seen = Initiative.objects.visible_to(viewer).values("objective")
    return Objective.objects.filter(pk__in=seen).get(strategy__key=strategy, key=name)


def objectives(viewer: Person) -> list[Target]:
    """Those that the viewer may follow and doesn't yet."""
    seen = Initiative.objects.visible_to(viewer).current().values("objective")
    mine = Following.objects.visible_to(viewer).filter(objective__isnull=False).values("objective")
    rows = Objective.objects.filter(pk__in=seen).exclude(pk__in=mine).select_related("strategy")
    return [Target("objective", f"{row.strategy.key}/{row.key}", row.name) for row in rows]


def due_for_digest(day: date) -> QuerySet[Person]:
    """Who gets the digest of this day, and it isn't made yet."""
    key = Concat(Value("digest:"), Cast("pk", CharField()), Value(f":{day.isoformat()}"), output_field=CharField())
    default = Preference._meta.get_field("digest_day").default
    chosen = Q(preference__digest_day=day.weekday())
    if day.weekday() == default:
        chosen |= Q(preference=None)
    people: QuerySet[Person] = (
        Person.objects.filter(chosen, is_active=True, is_system=False)
        .annotate(digest_key=key)
        .exclude(Exists(Delivery.objects.filter(key=OuterRef("digest_key"))))
    )
    return people


def unsubscribe_token(person: Person, what: str) -> str:
    """For the link in a mail: it needs no sign-in, and ends that mail alone."""
    return signing.dumps([person.pk, what], salt=_SALT)


def unsubscribing(token: str) -> tuple[Person, str]:
    """Whose mail, and which. Raises Person.DoesNotExist where the link isn't one of ours."""
    try:
        pk, what = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise Person.DoesNotExist from None
    person: Person = Person.objects.get(pk=pk, is_active=True)
    return person, what
