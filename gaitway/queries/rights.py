"""Who may do what in an initiative or with a KPI. Who may see it: models.visible."""

from __future__ import annotations

from django.db.models import Q

from gaitway.models import Initiative, Kpi, Person, Role
from gaitway.models.kpi import KpiQuerySet


def may_decide(person: Person, initiative: Initiative) -> bool:
    """The sponsor of the initiative, and administrators."""
    return person.is_active and (
        person.is_administrator or initiative.roles.filter(person=person, role=Role.Kind.SPONSOR).exists()
    )


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
