"""What administrators look after, what is shown once, and what is one's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gaitway.actions import channels as acts
from gaitway.lib import sealed
from gaitway.models import Channel, Delivery, Person, Preference, Reply, Screen, Token, View
from tests.api.conftest import Caller, read, token
from tests.world import World

pytestmark = pytest.mark.slow
HOOK = {"kind": "webhook", "name": "Data team", "address": "https://hooks.example.com/x", "groups": ["gates", "plans"]}


@pytest.fixture
def admin(caller: Any) -> Caller:
    made: Caller = caller("admin", "act")
    return made


def test_a_screen_is_hung_and_taken_down(house: World, admin: Caller) -> None:
    view = View.objects.get()
    made = read(admin("POST", "screens", {"name": "Hall", "views": [view.pk], "seconds": 30}))
    assert [each["view_id"] for each in made["views"]] == [view.pk]
    address = made["address"].removeprefix("http://testserver")
    assert Client().get(address).status_code == 200
    listed = read(admin("GET", "screens"))
    assert made["screen_id"] in [each["screen_id"] for each in listed]
    assert all("address" not in each for each in listed)
    assert admin("POST", f"screens/{made['screen_id']}/end").status_code == 200
    assert Client().get(address).status_code == 404
    answer = admin("POST", "screens", {"name": "Hall", "views": [view.pk + 99]})
    assert (answer.status_code, "views" in read(answer)["error"]["message"]) == (422, True)


@pytest.mark.parametrize(
    ("path", "body", "secret"), [("screens", {"name": "Hall"}, "address"), ("channels", HOOK, "secret")]
)
def test_what_is_shown_once_is_not_kept_with_its_key(
    house: World, admin: Caller, path: str, body: dict[str, Any], secret: str
) -> None:
    first, again = (read(admin("POST", path, body, Idempotency_Key="k")) for _ in range(2))
    assert first[secret]
    assert again == {**first, secret: None}
    assert first[secret] not in Reply.objects.get().body


def test_a_channel_and_its_secrets(house: World, admin: Caller) -> None:
    made = read(admin("POST", "channels", HOOK))
    path, row = f"channels/{made['channel_id']}", Channel.objects.get(pk=made["channel_id"])
    assert sealed.unseal(row.secret) == made["secret"]
    assert "hooks.example.com/x" not in admin("GET", "channels").content.decode()
    fresh = read(admin("POST", f"{path}/secret"))["secret"]
    assert fresh != made["secret"]

    def line() -> dict[str, Any]:
        return next(each for each in read(admin("GET", "channels")) if each["channel_id"] == row.pk)

    assert (line()["two_secrets"], line()["state"], line()["groups"]) == (True, "new", ["gates", "plans"])
    assert admin("POST", f"{path}/forget").status_code == 204
    assert line()["two_secrets"] is False
    assert admin("POST", f"{path}/end").status_code == 204
    assert line()["state"] == "ended"
    assert admin("POST", f"{path}/secret").status_code == 422
    slack = read(admin("POST", "channels", {**HOOK, "kind": "slack"}))
    assert slack["secret"] is None


def test_what_was_laid_aside_is_tried_again(house: World, admin: Caller) -> None:
    (failed,) = read(admin("GET", "deliveries"))
    assert (failed["channel"], failed["fault"]) == ("Hall", "refused")
    assert read(admin("POST", f"deliveries/{failed['delivery_id']}/retry")) == {"deliveries": 1}
    assert Delivery.objects.get().status == Delivery.Status.PENDING
    assert read(admin("POST", "deliveries/retry")) == {"deliveries": 0}
    assert read(admin("GET", "deliveries")) == []


def test_people_come_and_go(house: World, admin: Caller) -> None:
    new = read(admin("POST", "people", {"email": "Ines@Example.com", "name": "Ines Roth", "access": "guest"}))
    assert (new["person"]["email"], new["access"], new["state"]) == ("ines@example.com", "guest", "invited")
    assert admin("POST", "people", {"email": "ines@example.com"}).status_code == 422
    path = f"people/{new['person']['person_id']}"
    assert read(admin("POST", f"{path}/access", {"access": "member"}))["access"] == "member"
    assert read(admin("POST", f"{path}/close"))["state"] == "closed"
    assert read(admin("POST", f"{path}/reopen"))["state"] == "invited"
    text = token(house.theo)
    assert admin("POST", f"people/{house.theo.pk}/sessions/end").status_code == 204
    assert Caller(text)("GET", "me").status_code == 401
    assert not Token.objects.filter(person=house.theo, ended_at=None).exists()


def test_nobody_else_learns_who_is_known_here(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    known, unknown = (luca("POST", "people", {"email": email}) for email in ("nadia@example.com", "new@example.com"))
    assert (known.status_code, known.content) == (404, unknown.content)
    assert not Person.objects.filter(email="new@example.com").exists()


def test_an_administrator_says_who_is_away(house: World, admin: Caller, caller: Any) -> None:
    body = {"person": "sofia@example.com", "to": "theo@example.com", "starts": "2099-01-01", "ends": "2099-01-31"}
    assert read(admin("POST", "delegations", body))["person"]["email"] == "sofia@example.com"
    assert caller("luca", "act")("POST", "delegations", body).status_code == 403


def test_how_one_is_told(house: World, caller: Any) -> None:
    theo = caller("theo", "act")
    assert read(theo("GET", "me/notices"))["digest_day"] == 0
    said = {"gates": "needs me", "decisions": "follow", "plans": "quiet", "mail_needs": "off", "mail_follow": "off"}
    assert read(theo("PUT", "me/notices", {**said, "digest_day": None})) == {**said, "digest_day": None, "followed": []}
    assert Preference.objects.get().person == house.theo
    assert theo("PUT", "me/notices", said).status_code == 422  # all at once
    for path in ("initiatives/north/norway", "objectives/north/customers"):
        assert theo("POST", f"{path}/follow").status_code == 204
    followed = read(theo("GET", "me/notices"))["followed"]
    assert [(each["kind"], each["key"]) for each in followed] == [
        ("initiative", "north/norway"), ("objective", "north/customers"),
    ]  # fmt: skip
    assert theo("POST", "objectives/north/customers/unfollow").status_code == 204
    assert len(read(theo("GET", "me/notices"))["followed"]) == 1


def test_columns_and_views_of_ones_own(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    house_columns = read(sofia("GET", "me/columns"))["columns"]
    assert read(sofia("PUT", "me/columns", {"columns": ["tasks", "state"]}))["columns"] == ["state", "tasks"]
    assert read(sofia("PUT", "me/columns", {"columns": []}))["columns"] == house_columns
    assert sofia("PUT", "me/columns", {"columns": ["colour"]}).status_code == 422
    view = View.objects.get()
    assert read(sofia("PATCH", f"views/{view.pk}", {"name": "Running"}))["scope"] == "everyone"
    assert read(sofia("PATCH", f"views/{view.pk}", {"scope": "mine"}))["name"] == "Running"
    assert caller("luca", "act")("PATCH", f"views/{view.pk}", {"name": "Mine"}).status_code == 404


def test_permissions_are_one_table(house: World, caller: Any) -> None:
    table = {each["right"]: each["may"] for each in read(caller("nadia")("GET", "permissions"))}
    assert (table["decide"]["sponsor"], table["decide"]["lead"], table["screens"]["strategist"]) == (True, False, True)


def test_the_secrets_of_the_house_are_the_administrators(house: World, caller: Any) -> None:
    assert acts.DEFAULT_GROUPS == ("gates", "decisions")
    for who in ("nadia", "theo", "luca", "sofia"):
        assert [read(caller(who)("GET", path)) for path in ("channels", "deliveries", "screens")] == [[], [], []]
    assert Screen.objects.exists()
