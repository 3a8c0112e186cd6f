"""Probes: what monitoring sees when all is well and when it is not."""

import pytest

from core.heartbeat import beat
from core.system import probes
from core.testing import VILLAGE

SICK = """
from core.hookspecs import Finding, hookimpl

@hookimpl
def check_health():
    return [Finding("ledger_not_zero", "账不平：张三 差 5", {grave})]
"""


@pytest.fixture(autouse=True)
def worker(county):
    """A worker process that lives."""
    beat("here:1")


def grave(answer):
    """What makes it unready; that a new county was never backed up is only a note."""
    return [check["code"] for check in answer.json if check["grave"] and not check["ok"]]


def test_a_healthy_process_answers(client, anonymous):
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok\n")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert {check["name"]: check["ok"] for check in ready.json} == {
        "database": True,
        "migrations": True,
        "worker": True,
        "events": True,
        "disk": True,
        "backup": False,
    }
    assert anonymous.get("/health").json["id"] == "health"
    assert anonymous.get("/ready").json["ready"] is True


def test_a_grave_finding_makes_it_unready_and_shows_no_data(plugin_folder, build_app):
    plugin_folder("sick", {"plugin.py": SICK.format(grave=True)})
    client = build_app().test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {"name": "sick", "ok": False, "grave": True, "code": "ledger_not_zero"} in answer.json
    assert "张三" not in answer.text
    problem = client.get("/api/v1/ready")
    assert (problem.status_code, problem.json["code"]) == (503, "not_ready")
    assert problem.json["errors"] == {"sick": ["ledger_not_zero"]}
    assert client.get("/healthz").status_code == 200


def test_a_grave_finding_beside_the_pages_takes_none_of_them_away(plugin_folder, build_app):
    """A bridge that is silent, a gateway that is gone: doctor fails, but pages serve on."""
    plugin_folder("sick", {"plugin.py": SICK.format(grave="grave=True, beside=True")})
    client = build_app().test_client()
    assert client.get("/readyz").status_code == 200
    assert [check["code"] for check in client.get("/readyz").json if check["name"] == "sick"] == [
        "ledger_not_zero"
    ]


def test_a_slight_finding_is_listed_only(plugin_folder, build_app):
    plugin_folder("sick", {"plugin.py": SICK.format(grave=False)})
    client = build_app().test_client()
    assert client.get("/readyz").status_code == 200
    assert [check["name"] for check in client.get("/readyz").json if not check["ok"]] == ["sick", "backup"]


def test_a_failing_health_check_costs_nobody_else(failing_neighbour, build_app):
    assert build_app().test_client().get("/readyz").status_code == 200


def test_a_pending_migration_makes_it_unready(plugin_folder, build_app):
    place = plugin_folder("sick", {"plugin.py": ""})
    client = build_app().test_client()
    (place / "migrations").mkdir()
    (place / "migrations" / "0001_initial.py").write_text(
        "def up(migrator, db):\n    pass\n\n\ndef down(migrator, db):\n    pass\n", "utf-8"
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert grave(answer) == ["migrations_pending"]


def test_a_full_disk_makes_it_unready(client, monkeypatch):
    monkeypatch.setattr(probes, "LEAST_FREE", 2**62)
    assert client.get("/readyz").status_code == 503


def test_a_database_that_lost_its_tables_makes_it_unready(client, county):
    from core.db import database

    database.execute_sql("DROP TABLE core_generation")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert grave(answer) == ["database_unavailable"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_whoever_asks(as_role, path):
    assert as_role("resident", VILLAGE).get(path).status_code == 200
