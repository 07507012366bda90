"""From an event to a mail that was taken: what is sent, what isn't, and what is said about it. The mail server is real."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from gaitway.actions import decisions, deliveries, gates, notices, people, preferences
from gaitway.actions import events as happened
from gaitway.lib import retry
from gaitway.models import Channel, Delivery, Event, Job, Notice, Person
from gaitway.queries import deliveries as asked
from gaitway.work import loop
from tests.mailserver import Post, breaking, served, silent, used
from tests.work.test_loop import deliver
from tests.world import AT, TODAY, World

LATER = AT + timedelta(minutes=1)


def work() -> None:
    """Tells and judges at once, and a minute later sends."""
    loop.drain("w", lambda: AT, tick=False)
    loop.drain("w", lambda: LATER, tick=False)


def states() -> dict[str, str]:
    return {f"{d.person}": d.status for d in Delivery.objects.select_related("person")}


def tell_sofia(world: World) -> Delivery:
    """The trigger is met, so that a mail waits for her."""
    deliver(world)
    work()
    return Delivery.objects.select_related("channel").get(person=world.sofia)


def test_what_needs_her_is_mailed_to_the_sponsor(world: World, post: Post) -> None:
    tell_sofia(world)
    assert post.to == ["sofia@example.com"]  # what Luca follows waits for his digest
    assert states() == {"Sofia Marino": "sent"}
    mail = post.came[0]
    assert mail["Subject"] == "Norway: Gaitway proposes to move on: the trigger of Crawl is met"
    assert mail["From"] == "Gaitway <gaitway@example.com>"
    assert "https://gaitway.example.com/gates/north/norway/crawl/" in post.text()
    assert "https://gaitway.example.com/gates/north/norway/crawl/" in post.html()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not Job.objects.filter(finished_at=None).exists()


def test_without_a_mail_server_nothing_waits(world: World) -> None:
    deliver(world)
    work()
    assert not Delivery.objects.exists()
    assert Notice.objects.filter(person=world.sofia, level="needs me").exists()


def test_what_happens_together_comes_in_one_mail(world: World, post: Post) -> None:
    work()
    everything_at_once(world.luca)
    deliver(world)
    decisions.decide(world.crawl, "hold", reason="Wait & see <b>.", by=world.sofia, at=AT, effective_on=TODAY)
    work()
    luca = [i for i, to in enumerate(post.to) if to == "luca@example.com"]
    assert len(luca) == 1
    assert post.came[luca[0]]["Subject"].endswith("(+1)")
    assert "Wait & see <b>." in post.text(luca[0])
    assert "Wait &amp; see &lt;b&gt;." in post.html(luca[0])
    assert set(Delivery.objects.filter(person=world.luca).values_list("status", flat=True)) == {"sent"}


def everything_at_once(person: Person, **levels: str) -> None:
    chosen = {"gates": "follow", "decisions": "follow", "plans": "follow", **levels}
    preferences.put(
        person, levels=chosen, mail_needs="at once", mail_follow="at once", digest_day=None, by=person, at=AT
    )


def test_what_was_decided_before_it_was_sent_is_not_sent(world: World, post: Post) -> None:
    deliver(world)
    loop.drain("w", lambda: AT, tick=False)
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    loop.drain("w", lambda: LATER, tick=False)
    assert post.came == []
    dropped = Delivery.objects.get(person=world.sofia)
    assert (dropped.status, dropped.fault) == ("dropped", "It was done before it was sent.")


def test_who_was_removed_meanwhile_is_not_told(world: World, post: Post) -> None:
    deliver(world)
    loop.drain("w", lambda: AT, tick=False)
    Person.objects.filter(pk=world.sofia.pk).update(is_active=False)
    loop.drain("w", lambda: LATER, tick=False)
    assert (post.came, states()) == ([], {"Sofia Marino": "dropped"})


def test_who_lost_the_right_to_see_it_is_not_told(world: World, post: Post) -> None:
    """Iceland was open when it happened, and is restricted when the mail would go out."""
    work()
    type(world.iceland).objects.filter(pk=world.iceland.pk).update(restricted=False)
    preferences.follow(world.iceland, by=world.theo, at=AT)
    everything_at_once(world.theo)
    event = happened.record(
        Event.Kind.DECISION, by=world.sofia, at=AT, strategy=world.strategy, initiative=world.iceland,
        data={"stage": "crawl", "choice": "go", "reason": "x", "conditions": "", "against_evidence": False},
    )  # fmt: skip
    from gaitway import notices as edge

    edge.tell(event, at=AT)
    assert states() == {"Theo Okafor": "pending"}
    type(world.iceland).objects.filter(pk=world.iceland.pk).update(restricted=True)
    work()
    assert (post.came, states()) == ([], {"Theo Okafor": "dropped"})


def test_nobody_who_may_not_see_it_is_ever_mailed(world: World, post: Post) -> None:
    """Iceland is restricted: following it, or its objective, opens no door."""
    work()
    Notice.objects.all().delete()
    for person in (world.nadia, world.theo):
        preferences.follow(world.iceland, by=person, at=AT)
        preferences.follow(world.iceland.objective, by=person, at=AT)
        everything_at_once(person)
    event = happened.record(
        Event.Kind.DECISION, by=world.admin, at=AT, strategy=world.strategy, initiative=world.iceland,
        data={"stage": "crawl", "choice": "go", "reason": "x", "conditions": "", "against_evidence": False},
    )  # fmt: skip
    from gaitway import notices as edge

    everything_at_once(world.sofia)
    edge.tell(event, at=AT)
    work()
    assert set(Notice.objects.values_list("person__email", flat=True)) == {"sofia@example.com"}
    assert post.to == ["sofia@example.com"]


def test_noise_is_mailed_to_nobody(world: World, post: Post) -> None:
    """A revision, and a number within its limits, that turn no verdict."""
    for person in (world.sofia, world.luca, world.theo):
        everything_at_once(person, gates="needs me", plans="needs me", decisions="needs me")
    deliver(world)
    work()
    post.came.clear()
    Notice.objects.all().delete()
    deliver(world, events=31)
    work()
    assert Event.objects.filter(kind="observations revised").exists()
    assert (post.came, Notice.objects.count()) == ([], 0)


def test_quiet_is_quiet_but_a_decision_still_asks(world: World, post: Post) -> None:
    for person in (world.sofia, world.luca):
        everything_at_once(person, gates="quiet", decisions="quiet", plans="quiet")
    deliver(world)
    work()
    assert post.to == ["sofia@example.com"]
    assert not Notice.objects.filter(person=world.luca).exists()
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    work()
    assert not Notice.objects.filter(person=world.luca).exists()
    assert Notice.objects.filter(person=world.theo, event__kind="decision").exists()


def test_the_link_in_a_mail_ends_it(world: World, post: Post) -> None:
    from django.test import Client

    tell_sofia(world)
    link = post.came[0]["List-Unsubscribe"].strip(" <>").removeprefix("https://gaitway.example.com")
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(link).status_code == 200
    assert not hasattr(Person.objects.get(pk=world.sofia.pk), "preference")
    assert browser.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Person.objects.get(pk=world.sofia.pk).preference.mail_needs == "digest"
    assert browser.get(link[:-3] + "x/").status_code == 404


# What a mail server can say ------------------------------------------------------------------------------------------


def test_a_mailbox_that_is_busy_is_tried_again_alone(world: World, post: Post) -> None:
    post.says["RCPT sofia@example.com"] = "450 mailbox busy"
    waits = tell_sofia(world)
    assert (waits.status, waits.attempt) == ("pending", 1)
    assert waits.fault == "The mail server 127.0.0.1 takes no mail to sofia@example.com: 450 mailbox busy."
    assert waits.channel.rests_until is None
    post.says.clear()
    loop.drain("w", lambda: LATER + retry.ceiling(1), tick=False)
    assert (post.to, states()) == (["sofia@example.com"], {"Sofia Marino": "sent"})


def test_a_mailbox_that_does_not_exist_is_laid_aside(world: World, post: Post) -> None:
    post.says["RCPT sofia@example.com"] = "550 no such user"
    failed = tell_sofia(world)
    assert (failed.status, failed.attempt, post.came) == ("failed", 1, [])
    assert "550 no such user" in failed.fault
    assert [line.to for line in asked.failed(world.admin)] == ["Sofia Marino"]
    post.says.clear()
    assert deliveries.retry_failed([failed], by=world.admin, at=LATER) == 1
    loop.drain("w", lambda: LATER, tick=False)
    assert (post.to, states()) == (["sofia@example.com"], {"Sofia Marino": "sent"})


@pytest.mark.parametrize(
    ("said", "state", "rests"),
    [("452 try later", "pending", False), ("554 spam", "failed", False), ("421 closing", "pending", True)],
)
def test_what_is_said_to_the_content_counts(world: World, post: Post, said: str, state: str, rests: bool) -> None:
    post.says["DATA"] = said
    found = tell_sofia(world)
    assert (found.status, post.came) == (state, [])
    assert said in found.fault
    assert (found.channel.rests_until is not None) == rests


def test_an_answer_that_is_cut_is_no_yes(world: World, post: Post) -> None:
    post.says["DATA"] = "cut"
    waits = tell_sofia(world)
    assert (waits.status, waits.fault) == ("pending", "The mail server 127.0.0.1 broke the connection off.")
    post.says.clear()
    loop.drain("w", lambda: LATER + timedelta(hours=1), tick=False)
    assert states() == {"Sofia Marino": "sent"}


def test_a_server_that_is_gone_rests_and_comes_back(world: World) -> None:
    with breaking() as port, used(f"smtp://127.0.0.1:{port}"):
        waits = tell_sofia(world)
        assert (waits.status, waits.attempt) == ("pending", 1)
        assert waits.channel.rests_until is not None
        assert waits.channel.rests_until > LATER
        loop.drain("w", lambda: LATER, tick=False)  # nothing is tried while it rests
        waits.refresh_from_db()
        assert waits.attempt == 1
    with served(Post()) as post:
        loop.drain("w", lambda: LATER + timedelta(hours=1), tick=False)
        assert (len(post.came), states()) == (1, {"Sofia Marino": "sent"})


def test_a_server_that_says_nothing_is_too_slow(world: World) -> None:
    with silent() as port, used(f"smtp://127.0.0.1:{port}"), override_settings(EMAIL_TIMEOUT=0.2):
        waits = tell_sofia(world)
        assert (waits.status, waits.fault) == ("pending", "The mail server 127.0.0.1 is too slow.")


def test_without_starttls_nothing_goes_in_the_open(world: World) -> None:
    with served(Post(), "?starttls=1") as post:
        waits = tell_sofia(world)
        assert (waits.status, post.came) == ("pending", [])
        assert "STARTTLS" in waits.fault
        assert waits.channel.rests_until is not None


def test_a_wrong_password_is_told_without_it(world: World) -> None:
    def refuse(*_: object) -> object:
        from aiosmtpd.smtp import AuthResult

        return AuthResult(success=False, handled=False)

    options = {"authenticator": refuse, "auth_require_tls": False}
    with served(Post(), user="me:s3cret@", **options) as post:
        waits = tell_sofia(world)
        assert (waits.status, post.came) == ("pending", [])
        assert "GAITWAY_EMAIL_URL" in waits.fault
        assert "s3cret" not in waits.fault


def test_after_the_last_attempt_it_is_laid_aside_and_seen(world: World, post: Post) -> None:
    post.says["RCPT"] = "450 busy"
    waits = tell_sofia(world)
    at = LATER
    for _ in range(retry.ATTEMPTS):
        at += timedelta(days=1)
        loop.drain("w", lambda at=at: at, tick=False)  # type: ignore[misc]
    waits.refresh_from_db()
    assert (waits.status, waits.attempt) == ("failed", retry.ATTEMPTS)
    line = asked.channels(world.admin, at, email_on=True)[0]
    assert (line.state, line.failed, line.sent) == ("failing", 1, 0)


def test_one_that_cannot_be_put_into_words_holds_up_no_other(world: World, post: Post) -> None:
    tell_sofia(world)
    channel = Channel.objects.get()
    broken = happened.record(Event.Kind.DECISION, by=world.sofia, at=AT, initiative=world.norway)
    for event in (broken, Event.objects.filter(kind="verdict").latest("pk")):
        Notice.objects.get_or_create(event=event, person=world.sofia, defaults={"level": "needs me"})
        deliveries.ask(channel, f"again:{event.pk}", event=event, person=world.sofia, at=LATER)
    for minutes in (1, 10, 100):
        loop.drain("w", lambda minutes=minutes: LATER + timedelta(minutes=minutes), tick=False)  # type: ignore[misc]
    assert dict(Delivery.objects.filter(key__startswith="again").values_list("event", "status"))[broken.pk] == "pending"
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["pending", "sent", "sent"]


def test_the_clock_may_jump(world: World, post: Post) -> None:
    """Nothing counts as sent that wasn't, and nothing needs a hand."""
    post.says["RCPT"] = "450 busy"
    waits = tell_sofia(world)
    for hours in (-1, 1, -1):
        loop.drain("w", lambda hours=hours: LATER + timedelta(hours=hours), tick=False)  # type: ignore[misc]
    waits.refresh_from_db()
    assert (waits.status, post.came) == ("pending", [])
    post.says.clear()
    loop.drain("w", lambda: LATER + timedelta(hours=4), tick=False)
    assert (len(post.came), states()) == (1, {"Sofia Marino": "sent"})


def test_a_worker_that_died_too_often_leaves_the_channel_to_the_next(world: World, post: Post) -> None:
    deliver(world)
    loop.drain("w", lambda: AT, tick=False)
    Job.objects.filter(kind="deliver").update(dead_at=AT)
    loop.drain("w", lambda: LATER, tick=False)
    assert post.came == []
    deliveries.wake(at=LATER)
    loop.drain("w", lambda: LATER, tick=False)
    assert states() == {"Sofia Marino": "sent"}


def test_the_same_mail_twice_is_one_message(world: World, post: Post) -> None:
    """The worker is killed after the server said yes and before that was written down."""
    sent = tell_sofia(world)
    Delivery.objects.update(status="pending", ended_at=None)
    deliveries.wake(at=LATER)
    loop.drain("w", lambda: LATER, tick=False)
    assert [mail["Message-ID"] for mail in post.came] == [f"<{sent.key.replace(':', '.')}@example.com>"] * 2


# The inbox ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(world: World) -> World:
    deliver(world)
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    work()
    return world


def test_later_comes_back_by_itself(told: World) -> None:
    from gaitway.queries import notices as inbox

    notice = Notice.objects.get(person=told.sofia, level="needs me")
    notices.later(notice, until=AT + timedelta(days=1), by=told.sofia, at=AT)
    assert [inbox.waiting(told.sofia), inbox.inbox(told.sofia).needs, inbox.inbox(told.sofia, "later").later] == [
        0,
        0,
        1,
    ]
    loop.ask_for_due(AT + timedelta(hours=23))
    assert inbox.waiting(told.sofia) == 0
    loop.ask_for_due(AT + timedelta(hours=25))
    assert inbox.waiting(told.sofia) == 1


def test_everything_that_one_follows_is_done_at_once(told: World) -> None:
    assert len(notices.all_done(by=told.luca, at=AT)) == Notice.objects.filter(person=told.luca).count() > 0
    assert (
        len(notices.all_done(by=told.sofia, at=AT)) == Notice.objects.filter(person=told.sofia, level="follow").count()
    )
    assert Notice.objects.filter(person=told.sofia, level="needs me", done_at=None).count() == 1


def test_who_is_invited_twice_is_told_once(told: World) -> None:
    people.invite("sofia@example.com", by=told.admin, at=AT)
    assert Notice.objects.filter(person=told.sofia, level="needs me").count() == 1
