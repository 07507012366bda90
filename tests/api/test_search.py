from __future__ import annotations

from tests.api.conftest import Caller, read, token
from tests.world import World


def test_what_is_found_and_by_whom(world: World) -> None:
    sofia, luca, nadia = (Caller(token(person)) for person in (world.sofia, world.luca, world.nadia))
    found = read(sofia("GET", "search?q=iceland"))
    assert [(group["kind"], group["total"]) for group in found["groups"]] == [("initiative", 1)]
    assert found["groups"][0]["hits"][0]["target"] == {"kind": "initiative", "key": "north/iceland", "name": "Iceland"}
    for caller in (luca, nadia):
        assert read(caller("GET", "search?q=iceland")) == {"total": 0, "page": 1, "pages": 1, "groups": []}
    hit = read(luca("GET", "search?q=delivery&kind=initiative"))["groups"][0]["hits"][0]
    assert (hit["name"], "delivery" in hit["piece"]) == ("Norway", True)


def test_bad_questions_say_what_is_wrong(world: World) -> None:
    sofia = Caller(token(world.sofia))
    answer = sofia("GET", "search?q=x&kind=nonsense")
    assert (answer.status_code, b"Kinds: initiative, kpi" in answer.content) == (422, True)
    assert sofia("GET", "search").status_code == 422
    assert sofia("GET", "search?q=x&page=0").status_code == 422
    assert sofia("GET", f"search?q={'x' * 201}").status_code == 422
