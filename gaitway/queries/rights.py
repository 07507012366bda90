"""Who may do what in an initiative or with a KPI. Who may see it: models.visible. What it comes to: queries.permissions."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from gaitway.engine import deciders
from gaitway.engine.deciders import Rule
from gaitway.models import Area, Delegation, Initiative, Kpi, Objective, Person, Role, Stage, Strategy, Task
from gaitway.models.kpi import KpiQuerySet
from gaitway.models.visible import who_see, within

Kind = Role.Kind
RANKS = (Kind.SPONSOR, Kind.LEAD, Kind.CONTRIBUTOR, Kind.CONSULTED, Kind.VIEWER)  # from the most to the least


def held_by(person: Person, *kinds: str) -> Q:
    """The initiatives in which the person has one of these roles, of its own or by its area."""
    return within(Role.objects.filter(person=person, role__in=kinds))


def holds(person: Person, initiative: Initiative, *kinds: str) -> bool:
    return person.is_active and Initiative.objects.filter(held_by(person, *kinds), pk=initiative.pk).exists()


def acting_for(person: Person, initiative: Initiative, on: date, role: str = Kind.SPONSOR) -> Person | None:
    """The absent person in whose place this one acts with this role on this day: None where nobody is away, and where
    the person has the role themselves. Never through a third person."""
    if not person.is_active or holds(person, initiative, role):
        return None
    roles = Role.objects.filter(role=role)
    there = Role.objects.filter(Q(initiative=initiative) | Q(area__isnull=False, area=initiative.area_id))
    away = Delegation.objects.running(on).filter(to=person, person__in=(roles & there).values("person"))
    found = away.select_related("person").order_by("starts", "pk").first()
    return found.person if found else None


def on_behalf(
    person: Person, initiative: Initiative, on: date | None = None, role: str = Kind.SPONSOR
) -> Person | None:
    """For whom it is done, where the person acts by nothing but a delegation. On their day where none is given."""
    day = on or person.day
    own = person.access == role or (role == Kind.SPONSOR and person.is_administrator)
    return acting_for(person, initiative, day, role) if day and not own else None


def may_decide(person: Person, initiative: Initiative, on: date | None = None) -> bool:
    """The sponsor of the initiative or of its area, who stands in for one of them on that day (the person's own, where
    none is given), and administrators."""
    if not person.is_active:
        return False
    day = on or person.day
    return (
        person.is_administrator
        or holds(person, initiative, Kind.SPONSOR)
        or (day is not None and acting_for(person, initiative, day) is not None)
    )


def may_approve(person: Person, initiative: Initiative, role: str, on: date | None = None) -> bool:
    """Who has this role or access, and who stands in for somebody with the role."""
    if not person.is_active:
        return False
    day = on or person.day
    return (
        person.access == role
        or holds(person, initiative, role)
        or (day is not None and acting_for(person, initiative, day, role) is not None)
    )


def rule(stage: Stage) -> Rule:
    """Who decides at the gate of a stage: what the strategy says of it, else the sponsor."""
    text = stage.initiative.strategy.gates.get(stage.key, "")
    return deciders.parse(text) if text else deciders.ALONE


def parties(person: Person, initiative: Initiative) -> frozenset[str]:
    """What a rule may call this person: the sponsor, and the groups of the strategy that they belong to."""
    groups = {name for name, emails in initiative.strategy.groups.items() if person.email in emails}
    return frozenset(groups | ({deciders.SPONSOR} if holds(person, initiative, Kind.SPONSOR) else set()))


def voices(person: Person, initiative: Initiative) -> dict[Person, frozenset[str]]:
    """In whose place this person may vote, themselves first, and what a rule may call each of these."""
    found = {person: parties(person, initiative)}
    if person.day:
        away = Delegation.objects.running(person.day).filter(to=person).select_related("person").order_by("pk")
        found |= {each.person: parties(each.person, initiative) for each in away if each.person != person}
    return found


def voice(person: Person, stage: Stage) -> Person | None:
    """In whose place this person decides at the gate: their own where the rule names them, then that of somebody who is
    away; None where the rule names neither. Where the sponsor alone decides, administrators may, too."""
    if not person.is_active:
        return None
    wanted = {need.party for need in rule(stage).needs}
    if rule(stage) == deciders.ALONE and person.is_administrator:
        return person
    return next((each for each, named in voices(person, stage.initiative).items() if named & wanted), None)


def may_vote(person: Person, stage: Stage) -> bool:
    return voice(person, stage) is not None


def voters(stage: Stage) -> list[Person]:
    """Everybody whom the rule of the gate names, and who may see the initiative."""
    initiative, needs = stage.initiative, rule(stage).needs
    emails = {email for need in needs for email in initiative.strategy.groups.get(need.party, [])}
    people = list(Person.objects.filter(is_active=True, email__in=emails))
    if any(need.party == deciders.SPONSOR for need in needs):
        here = Q(initiative=initiative) | Q(area__isnull=False, area=initiative.area_id)
        roles = Role.objects.filter(here, role=Kind.SPONSOR, person__is_active=True).select_related("person")
        people = [role.person for role in roles.order_by("pk")] + people
    once = {person.pk: person for person in people}.values()
    return who_see(initiative, once)


def works_in(person: Person, initiative: Initiative) -> bool:
    """Its sponsor, lead and contributors, and those who see everything."""
    return person.is_active and (
        person.sees_all or holds(person, initiative, Kind.SPONSOR, Kind.LEAD, Kind.CONTRIBUTOR)
    )


def may_check_in(person: Person, initiative: Initiative) -> bool:
    """Who works in it says how it goes."""
    return works_in(person, initiative)


def may_work_on(person: Person, task: Task) -> bool:
    """Who works in its initiative, and its owner."""
    return person.is_active and (task.owner_id == person.pk or works_in(person, task.initiative))


def may_comment(person: Person, task: Task) -> bool:
    """Everybody who may see it."""
    return Initiative.objects.visible_to(person).filter(pk=task.initiative_id).exists()


def may_moderate(person: Person, initiative: Initiative) -> bool:
    """Who may remove what others said: the sponsor, the lead, and those who see everything."""
    return person.is_active and (person.sees_all or holds(person, initiative, Kind.SPONSOR, Kind.LEAD))


def may_limit(person: Person, strategy: Strategy) -> bool:
    """Who may say how many tasks a column of the board holds: who leads an initiative of the strategy, and those who see
    everything."""
    led = Initiative.objects.current().filter(held_by(person, Kind.LEAD), strategy=strategy)
    return person.is_active and (person.sees_all or led.exists())


def may_assign(person: Person, role: str, place: Initiative | Area) -> bool:
    """Those who see everything; in an initiative its sponsor and its lead, never a role above their own."""
    if not person.is_active or role not in RANKS:
        return False
    if person.sees_all or isinstance(place, Area):
        return person.sees_all
    above = [own for own in (Kind.SPONSOR, Kind.LEAD) if RANKS.index(own) <= RANKS.index(Kind(role))]
    return holds(person, place, *above)


def may_apply(person: Person) -> bool:
    """Those who see everything may apply a strategy file: plans, triggers, sources and roles."""
    return person.is_active and person.sees_all


def may_arrange(person: Person) -> bool:
    """Those who see everything say in which order the initiatives stand."""
    return person.is_active and person.sees_all


def may_invite(person: Person, access: str) -> bool:
    """Those who see everything, and nobody with more access than their own."""
    ranks = Person.Access.values  # from the most to the least
    return may_apply(person) and ranks.index(access) >= ranks.index(person.access)


def may_delegate(person: Person, absent: Person) -> bool:
    """People say themselves who stands in for them; an administrator may say it for somebody who can't."""
    return person.is_active and (person.pk == absent.pk or person.is_administrator)


def may_view_as(person: Person) -> bool:
    """Administrators may look at the pages as somebody else sees them."""
    return person.is_active and person.is_administrator


def may_write_rules(person: Person, initiative: Initiative) -> bool:
    """The lead of the initiative or of its area, and those who see everything."""
    return person.is_active and (person.sees_all or holds(person, initiative, Kind.LEAD))


def may_add(person: Person, objective: Objective) -> bool:
    """The owner of an objective puts initiatives forward in it, and those who see everything anywhere."""
    return person.is_active and (person.sees_all or objective.owner_id == person.pk)


def may_change(person: Person, initiative: Initiative) -> bool:
    """Its sponsor and its lead, and those who see everything. Area and restriction: the latter alone."""
    return person.is_active and (person.sees_all or holds(person, initiative, Kind.SPONSOR, Kind.LEAD))


def may_plan(person: Person, initiative: Initiative, *, begun: bool) -> bool:
    """Dates and money of a stage: whoever may change the initiative; once it has begun, whoever decides there."""
    return may_decide(person, initiative) if begun else may_change(person, initiative)


def may_retire(person: Person) -> bool:
    """Those who see everything take an initiative out of the strategy, and bring it back."""
    return person.is_active and person.sees_all


def may_review(person: Person, strategy: Strategy) -> bool:
    """Those who see everything, and whoever sponsors an initiative of the strategy, run a review of it."""
    if not person.is_active:
        return False
    sponsored = Initiative.objects.filter(held_by(person, Kind.SPONSOR), strategy=strategy)
    return person.sees_all or sponsored.exists()


def may_reset_limits(person: Person, kpi: Kpi) -> bool:
    """The owner of the KPI, and those who see everything."""
    return person.is_active and (person.sees_all or kpi.owner_id == person.pk)


def may_see_guide(person: Person) -> bool:
    """Those who adapt Gaitway for everybody."""
    return person.is_active and person.sees_all


def may_hang_screens(person: Person) -> bool:
    """Those who see everything: a screen shows what they see to whoever passes."""
    return person.is_active and person.sees_all


def may_audit(person: Person) -> bool:
    """Administrators read the audit, which names what is restricted."""
    return person.is_active and person.is_administrator


def may_pull(person: Person) -> bool:
    """Those who see everything may ask a source, and stop what was asked."""
    return person.is_active and person.sees_all


def may_record(person: Person, kpi: Kpi) -> bool:
    """The owner of the KPI, the sponsor and the lead of an initiative whose rules read it, and those who see everything."""
    return person.is_active and recordable(person, Kpi.objects.filter(pk=kpi.pk)).exists()


def recordable(person: Person, kpis: KpiQuerySet) -> KpiQuerySet:
    """Those of `kpis` that the person may record numbers of."""
    return kpis if person.sees_all else kpis.filter(recorded_by(person))


def recorded_by(person: Person) -> Q:
    """The KPIs whose numbers this person, who doesn't see everything, may write."""
    leads = Initiative.objects.filter(held_by(person, Kind.SPONSOR, Kind.LEAD))
    return Q(owner=person) | Q(pk__in=leads.values("stages__kpis"))
