"""The JSON interface: the names that others rely on, walls, one deed a key."""

from datetime import datetime

from core.clock import CHINA
from core.testing import FAR_VILLAGE, VILLAGE
from plugins.supervision.models.decisions import Ballot
from tests.plugins.supervision.ballot_world import photo, world

__all__ = ["world"]


def test_the_way_from_a_ballot_to_the_certificate(world, api_as):
    decision = world.publish(5)
    path = f"/decisions/{decision.id}"
    voters = [api_as("resident", VILLAGE, person_id=world.people[place]) for place in range(4)]
    missing = voters[0].post(f"{path}/ballots", {"choice": "agree"})
    assert (missing.status_code, missing.json["code"]) == (400, "idempotency_key_missing")
    for place, voter in enumerate(voters):
        made = voter.post(f"{path}/ballots", {"choice": "agree", "version": 1}, key=f"ballot-{place}")
        assert (made.status_code, made.json["choice"], made.json["counts"]) == (201, "agree", True), made.json
        assert (
            voter.post(f"{path}/ballots", {"choice": "agree", "version": 1}, key=f"ballot-{place}").json
            == made.json
        )
    assert Ballot.unscoped("test").count() == 4
    other = voters[0].post(f"{path}/ballots", {"choice": "against"}, key="ballot-0")
    assert other.status_code == 422
    seen = voters[3].get(f"/ballot-receipts/{made.json['receipt']}").json
    assert seen == {
        "id": made.json["receipt"],
        "decision_code": decision.code,
        "version": 1,
        "state": "counted",
    }
    assert voters[3].get("/ballot-receipts/AAAABBBBCCCC").status_code == 404
    secretary = api_as("secretary", VILLAGE)
    listed = secretary.get(f"{path}/ballots?page_size=2")
    assert (len(listed.json), listed.headers["X-Total-Count"], listed.json[0]["name"]) == (2, "4", "村民3")
    counted = secretary.get(f"{path}/tally").json
    assert (counted["is_met"], counted["whole"]["agree"], counted["whole"]["open"]) == (True, 4, 1)
    early = secretary.get(f"{path}/certificate")
    assert (early.status_code, early.json["code"]) == (409, "supervision_certificate_not_yet")
    world.move_clock(datetime(2026, 3, 6, 9, 0, tzinfo=CHINA))
    signed = secretary.get(f"{path}/certificate").json
    assert (signed["code"], signed["agree"], signed["base"]) == (decision.code, 4, 5)
    assert signed["text"].startswith("GC1.")


def test_a_paper_by_the_interface(world, api_as):
    decision = world.publish(5)
    clerk, second = api_as("secretary", VILLAGE), api_as("grid_leader", VILLAGE)
    sent = clerk._client.post(
        "/api/v1/files",
        data={"file": (__import__("io").BytesIO(photo()), "paper.jpg"), "area_code": VILLAGE},
        headers={"Authorization": f"Bearer {clerk.token}"},
    )
    assert sent.status_code == 201, sent.json
    ballot = {
        "choice": "against",
        "way": "paper",
        "person_id": str(world.people[0]),
        "photos": [sent.json["id"]],
    }
    made = clerk.post(f"/decisions/{decision.id}/ballots", ballot, key="paper-1").json
    assert made["counts"] is False
    own = clerk.post(f"/ballots/{made['id']}/check", {"choice": "against"})
    assert (own.status_code, own.json["code"]) == (403, "supervision_own_entry")
    assert second.post(f"/ballots/{made['id']}/check", {"choice": "against"}).json["is_right"] is True


def test_outside_of_ones_areas_nothing_exists(world, api_as):
    decision = world.publish(3)
    made = world.cast(0, decision)
    path = f"/decisions/{decision.id}"
    far = api_as("secretary", FAR_VILLAGE)
    asked = [far.get(f"{path}/{what}") for what in ("ballots", "tally", "certificate")]
    asked.append(far.post(f"{path}/ballots", {"choice": "agree"}, key="far-1"))
    asked.append(far.post(f"/ballots/{made.id}/check", {"choice": "agree"}))
    assert [answer.status_code for answer in asked] == [404] * 5
    assert api_as("resident", VILLAGE).get(f"{path}/ballots").status_code == 403


def test_a_secret_ballot_gives_no_choice_away(world, api_as):
    decision = world.publish(3, secret=True)
    voter = api_as("resident", VILLAGE, person_id=world.people[0])
    made = voter.post(f"/decisions/{decision.id}/ballots", {"choice": "against"}, key="secret-1").json
    assert made["choice"] is None
    secretary = api_as("secretary", VILLAGE)
    answers = [
        secretary.get(f"/decisions/{decision.id}/ballots"),
        secretary.get(f"/decisions/{decision.id}/tally"),
        voter.get(f"/ballot-receipts/{made['receipt']}"),
    ]
    assert not any('"against":1' in answer.text.replace(" ", "") for answer in answers)
    assert not any("村民0" in answer.text for answer in answers)
    assert answers[1].json["is_sealed"] is True
