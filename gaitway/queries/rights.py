"""Who may do what in an initiative or with a KPI. Who may see it: models.visible."""

from __future__ import annotations

from django.db.models import Q

from gaitway.engine import deciders
from gaitway.engine.deciders import Rule
from gaitway.models import Initiative, Kpi, Person, Role, Stage
from gaitway.models.kpi import KpiQuerySet


def may_decide(person: Person, initiative: Initiative) -> bool:
    """The sponsor of the initiative, and administrators."""
    return person.is_active and (
        person.is_administrator or initiative.roles.filter(person=person, role=Role.Kind.SPONSOR).exists()
    )


def rule(stage: Stage) -> Rule:
    """Who decides at the gate of a stage: what the strategy says of it, else the sponsor."""
    text = stage.initiative.strategy.gates.get(stage.key, "")
    return deciders.parse(text) if text else deciders.ALONE


def parties(person: Person, initiative: Initiative) -> frozenset[str]:
    """What a rule may call this person: the sponsor, and the groups of the strategy that they belong to."""
    groups = {name for name, emails in initiative.strategy.groups.items() if person.email in emails}
    is_sponsor = any(each.person_id == person.pk and each.role == Role.Kind.SPONSOR for each in initiative.roles.all())
    return frozenset(groups | ({deciders.SPONSOR} if is_sponsor else set()))


def may_vote(person: Person, stage: Stage) -> bool:
    """Whom the rule of the gate names. Where that is the sponsor alone, administrators too."""
    wanted = rule(stage)
    if wanted == deciders.ALONE and person.is_administrator:
        return person.is_active
    named = parties(person, stage.initiative) & {need.party for need in wanted.needs}
    return person.is_active and bool(named)


def voters(stage: Stage) -> list[Person]:
    """Everybody whom the rule of the gate names, and who may see the initiative."""
    groups = stage.initiative.strategy.groups
    named = {email for need in rule(stage).needs for email in groups.get(need.party, [])}
    people = list(Person.objects.filter(is_active=True, email__in=named))
    if any(need.party == deciders.SPONSOR for need in rule(stage).needs):
        roles = stage.initiative.roles.filter(role=Role.Kind.SPONSOR, person__is_active=True).select_related("person")
        people = [role.person for role in roles] + people
    once = {person.pk: person for person in people}.values()
    return [p for p in once if Initiative.objects.visible_to(p).filter(pk=stage.initiative_id).exists()]


def works_in(person: Person, initiative: Initiative) -> bool:
    """Its sponsor, lead and contributors, and those who see everything."""
    workers = (Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR)
    return person.is_active and (person.sees_all or initiative.roles.filter(person=person, role__in=workers).exists())


def may_write_rules(person: Person, initiative: Initiative) -> bool:
    """The lead of the initiative, and those who see everything. From prefetched roles, where there are any."""
    leads = (role.person_id for role in initiative.roles.all() if role.role == Role.Kind.LEAD)
    return person.is_active and (person.sees_all or person.pk in leads)


def may_reset_limits(person: Person, kpi: Kpi) -> bool:
    """The owner of the KPI, and those who see everything."""
    return person.is_active and (person.sees_all or kpi.owner_id == person.pk)


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
    leads = Role.objects.filter(person=person, role__in=(Role.Kind.SPONSOR, Role.Kind.LEAD), initiative__isnull=False)
    return Q(owner=person) | Q(pk__in=leads.values("initiative__stages__kpis"))
