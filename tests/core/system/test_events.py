"""The page and the operations of undelivered events: who sees them, who may retry."""

from datetime import timedelta

import pytest

from core.app import load_plugins
from core.audit import AuditLine
from core.events import Delivery
from core.heartbeat import WorkerBeat, beat
from core.testing import COUNTY_CODE, MONDAY_MORNING, TOWN, VILLAGE
from tests.core.events.bells import install, ring, states


@pytest.fixture
def ear(county, plugin_folder, frozen_clock):
    """Three events, two of which the ear could not take."""
    installed = install(plugin_folder)
    load_plugins(county)
    ring(3)
    error = "RuntimeError: deaf"
    Delivery.update(state="dead", attempts=10, error=error).where(Delivery.id < 3).execute()
    return installed


@pytest.fixture
def late(request):
    """A fixture asked for by name, after the test wrote its plugins."""
    return request.getfixturevalue


def test_the_page_says_what_waits_and_what_is_dead(ear, late):
    page = late("as_role")("county_admin", COUNTY_CODE).get("/system/events").text
    for sign in ("敲了铃", "bell.Rung bell:0", "耳朵", "RuntimeError: deaf", "2026-03-02 09:00:00", "重试"):
        assert sign in page
    assert "工作进程没有运行" in page
    beat("here:1")
    assert "工作进程没有运行" not in late("as_role")("county_admin", COUNTY_CODE).get("/system/events").text


def test_one_event_and_all_of_a_plugin_are_retried_on_the_page(ear, late, submit, outbox):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    assert submit(admin, "/system/events", "/system/events/1/retry").status_code == 303
    assert "1 个事件将重新投递" in admin.get("/system/events").text
    assert states() == [("waiting", 0), ("dead", 10), ("waiting", 0)]
    assert submit(admin, "/system/events", "/system/events/of/ear/retry").status_code == 303
    assert outbox() == 3
    assert len(ear.heard()) == 3
    assert submit(admin, "/system/events", "/system/events/of/ear/retry").status_code == 404
    lines = AuditLine.unscoped("a test").where(AuditLine.action == "core.retry_delivery")
    assert [line.subject for line in lines] == ["delivery:1", "plugin:ear"]
    assert "没有积压" in admin.get("/system/events").text


def test_an_auditor_sees_everything_and_changes_nothing(ear, late, submit):
    auditor = late("as_role")("auditor", COUNTY_CODE)
    page = auditor.get("/system/events").text
    assert "RuntimeError: deaf" in page
    assert "/retry" not in page
    assert submit(auditor, "/system/events", "/system/events/1/retry").status_code == 403
    assert states()[0] == ("dead", 10)


def test_who_runs_a_part_of_the_county_or_nothing_does_not_see_it(ear, late):
    for role, area, status in (("county_admin", TOWN, 404), ("secretary", VILLAGE, 403)):
        assert late("as_role")(role, area).get("/system/events").status_code == status
        program = late("api_as")(role, area)
        assert program.get("/dead-letters").status_code == status
        assert program.post("/dead-letters/1/retry").status_code == status
    assert late("anonymous").get("/dead-letters").status_code == 401


def test_dead_letters_are_listed_and_retried_by_the_interface(ear, late, outbox):
    program = late("api_as")("county_admin", COUNTY_CODE)
    listed = program.get("/dead-letters")
    assert listed.headers["X-Total-Count"] == "2"
    letter = listed.json[0]
    assert letter["announced_at"] == "2026-03-02T09:00:00.000+08:00"
    shown = ("id", "plugin", "kind", "kind_title", "subject", "state", "attempts", "next_at", "error")
    assert [letter[name] for name in shown] == [
        "1",
        "ear",
        "bell.Rung",
        "敲了铃",
        "bell:0",
        "dead",
        10,
        None,
        "RuntimeError: deaf",
    ]
    assert program.get("/dead-letters?plugin=bell").json == []
    again = program.post("/dead-letters/1/retry")
    assert (again.status_code, again.json["state"], again.json["attempts"]) == (200, "waiting", 0)
    assert program.get("/dead-letters").headers["X-Total-Count"] == "1"
    unknown = program.post("/dead-letters/1/retry")
    assert (unknown.status_code, unknown.json["code"]) == (404, "dead_letter_unknown")
    outbox()
    assert states()[0] == ("done", 0)


def test_events_that_wait_for_minutes_are_a_slight_finding(ear, late, frozen_clock):
    def found() -> dict[str, str]:
        answer = late("client").get("/readyz")
        assert answer.status_code == 200, "pages work on without the worker"
        return {
            check["name"]: check["code"]
            for check in answer.json
            if not check["ok"] and check["name"] != "backup"
        }

    beat("here:1")
    assert found() == {}
    frozen_clock(MONDAY_MORNING + timedelta(minutes=5, seconds=1))
    WorkerBeat.update(seen_at=MONDAY_MORNING + timedelta(minutes=5)).execute()
    assert found() == {"events": "events_late"}
    Delivery.update(state="dead").execute()
    frozen_clock(MONDAY_MORNING + timedelta(minutes=6, seconds=1))
    assert found() == {"worker": "worker_silent"}


def test_events_of_a_plugin_that_is_off_make_nobody_late(ear, late, county, frozen_clock):
    from core.plugin_host.state import switch
    from core.plugin_manager import SYSTEM

    switch(SYSTEM, county.settings, county.plugins_folder, "ear", enabled=False)
    frozen_clock(MONDAY_MORNING + timedelta(hours=1))
    beat("here:1")
    listed = late("client").get("/readyz").json
    assert [check["name"] for check in listed if not check["ok"]] == ["backup"]
