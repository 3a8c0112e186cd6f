"""The JSON interface: the names that others rely on, walls, one deed a key."""

from core.testing import FAR_VILLAGE, VILLAGE


def test_the_way_from_who_is_due_to_how_it_ended(village, api_as):
    program = api_as("stationed_cadre", VILLAGE)
    made = program.post(
        "/visits",
        {
            "household_id": str(village.grandma.id),
            "text": "路灯坏了",
            "persons": [{"person_id": str(village.grandma.person_ids[0]), "risk_level": "high"}],
        },
        key="visit-1-abcdef",
    )
    assert made.status_code == 201, made.json
    again = program.post(
        "/visits",
        {
            "household_id": str(village.grandma.id),
            "text": "路灯坏了",
            "persons": [{"person_id": str(village.grandma.person_ids[0]), "risk_level": "high"}],
        },
        key="visit-1-abcdef",
    )
    assert again.json == made.json
    assert program.get("/visits").headers["X-Total-Count"] == "1"
    due = program.get("/due-visits?until=2026-03-31").json
    assert [(row["id"], row["reason"], row["late"]) for row in due] == [
        (str(village.grandma.id), "risk:high", False)
    ]
    diary = program.get(f"/diaries/{made.json['entry_id']}").json
    assert (diary["text"], diary["problems"], diary["state"]) == ("路灯坏了", [], "published")
    raised = program.post(f"/diaries/{diary['id']}/problems", {"place": "村口"})
    assert (raised.status_code, len(raised.json["problems"])) == (201, 1)
    assert program.call("DELETE", f"/diaries/{diary['id']}").json["code"] == "diary_entry_has_case"


def test_diaries_are_written_found_changed_and_removed(village, api_as):
    program = api_as("stationed_cadre", VILLAGE)
    made = program.post(
        "/diaries", {"area_code": VILLAGE, "text": "水压不够", "links": [{"kind": "area", "target": VILLAGE}]}
    )
    assert made.status_code == 201
    key = made.json["id"]
    assert [row["id"] for row in program.get("/diaries?search=水压").json] == [key]
    changed = program.call("PATCH", f"/diaries/{key}", {"text": "水压还是不够", "version": 1})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    stale = program.call("PATCH", f"/diaries/{key}", {"text": "旧窗口", "version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "diary_entry_changed")
    assert program.call("DELETE", f"/diaries/{key}").status_code == 204
    assert program.get(f"/diaries/{key}").status_code == 404
    assert program.get("/diaries").json == []


def test_outside_of_ones_areas_nothing_exists(village, api_as):
    own, far = api_as("stationed_cadre", VILLAGE), api_as("stationed_cadre", FAR_VILLAGE)
    visit = own.post("/visits", {"household_id": str(village.house.id), "text": "一村的事"}).json
    for path in (f"/visits/{visit['id']}", f"/diaries/{visit['entry_id']}"):
        assert far.get(path).status_code == 404
    assert far.get("/visits").json == far.get("/diaries").json == []
    assert far.get(f"/due-visits?area_code={VILLAGE}").status_code == 404
    assert far.post("/visits", {"household_id": str(village.house.id)}).status_code == 404
    assert far.post("/diaries", {"area_code": VILLAGE, "text": "x"}).status_code == 404


def test_postings_and_teams(village, api_as, account):
    program = api_as("county_admin", "341504")
    wish = {
        "account_id": str(account("resident", "341504").id),
        "kind": "village",
        "mode": "fixed",
        "places": [VILLAGE],
        "since": "2026-03-02",
    }
    made = program.post("/postings", wish)
    assert (made.status_code, made.json["places"]) == (201, [{"area_code": VILLAGE, "area_name": "一村"}])
    assert program.post("/postings", wish).json["code"] == "diary_place_taken"
    assert [row["id"] for row in program.get(f"/postings?area_code={VILLAGE}").json] == [made.json["id"]]
    heir = str(account("resident", "341504").id)
    taken = program.post(f"/postings/{made.json['id']}/hand-over", {"account_id": heir, "why": "changed"})
    assert (taken.status_code, taken.json["account_id"]) == (201, heir)
    ended = program.post(f"/postings/{taken.json['id']}/end", {"why": "term"})
    assert ended.json["ended_why"] == "term"
    assert program.get("/teams").json == []
    assert api_as("resident", VILLAGE).get("/diaries").status_code == 403
