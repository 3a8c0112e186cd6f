"""The page of one plugin: what went wrong in whichever process, and who may read it."""

import re

import pytest

from core.app import load_plugins
from core.county import plugins
from core.db import database
from core.events import Delivery
from core.plugin_host import errors
from core.plugin_host.errors import KEPT, PluginError, keep_error, last_errors, trace_of
from core.plugin_host.notes import finish_notes
from core.schedule import claim, run
from core.testing import COUNTY_CODE, TOWN, VILLAGE
from tests.core.events.bells import install, ring

JOBBING = """
from core.hookspecs import Job, hookimpl

@hookimpl
def register_jobs():
    return [Job("jobbing.count", "数一数", lambda: None, daily="00:00")]

@hookimpl
def menu_items(actor):
    raise ValueError("the row of 341504199001011234, phone 13800138000, is wrong")
"""


@pytest.fixture
def late(request):
    """A fixture asked for by name, after the test wrote its plugins."""
    return request.getfixturevalue


def test_errors_are_seen_with_their_traceback_and_without_numbers_of_persons(plugin_folder, late, county):
    plugin_folder("jobbing", {"plugin.py": JOBBING})
    admin = late("as_role")("county_admin", COUNTY_CODE)
    admin.get("/")  # asks for the menu
    admin.get("/")
    finish_notes()
    (job,) = [job for owner, job in plugins().jobs().values() if owner == "jobbing"]
    run(claim(job, "here"), job, str)
    page = admin.get("/system/plugins/jobbing").text
    assert "ValueError: the row of [citizen id], phone [phone], is wrong" in page
    assert "jobbing/plugin.py" in page, "the traceback"
    assert "13800138000" not in page
    assert "341504199001011234" not in page
    (error,) = last_errors("jobbing")
    assert (error.hook, error.count >= 2) == ("menu_items", True), "the same again is counted, not stored"
    assert plugins().figures["jobbing"]["menu_items"].errors == error.count
    assert re.search(r"menu_items</th>\s*<td[^>]*>2</td>", page), "asked twice before this page was made"
    assert "数一数" in page
    assert "每天 00:00" in page
    assert "成功" in page


def test_a_plugin_that_cannot_be_loaded_shows_why(plugin_folder, late):
    plugin_folder("broken", {"plugin.py": "import no_such_module"})
    admin = late("as_role")("county_admin", COUNTY_CODE)
    finish_notes()
    page = admin.get("/system/plugins/broken").text
    assert "加载：ModuleNotFoundError" in page
    assert "import no_such_module" in page, "the line of the traceback"


@pytest.mark.usefixtures("county")
def test_errors_of_any_process_are_kept_and_old_sorts_give_way(monkeypatch, frozen_clock):
    monkeypatch.setattr(errors, "_LONGEST_TRACE", 40)
    try:
        raise ValueError("x" * 100)
    except ValueError as error:
        trace = trace_of(error)
    assert trace == "x" * 39, "of a long traceback its end"
    for number in range(KEPT + 5):
        keep_error("noisy", "on_event", f"RuntimeError: \x00{number}", trace)
    keep_error("other", "on_event", "RuntimeError: 1", "")
    keep_error("noisy", "on_event", f"RuntimeError: {KEPT + 4}", "again")
    found = last_errors("noisy")
    assert len(found) == KEPT
    assert {error.cause for error in found} == {f"RuntimeError: {n}" for n in range(5, KEPT + 5)}
    assert [(e.count, e.traceback) for e in found if e.count > 1] == [(2, "again")]
    assert PluginError.select().count() == KEPT + 1


def test_an_error_inside_of_a_deed_that_is_undone_stays(county, plugin_folder):
    from core.db import unit_of_work

    plugin_folder("jobbing", {"plugin.py": JOBBING})
    manager = load_plugins(county)

    def deed() -> None:
        with unit_of_work():
            manager.note_error("jobbing", "household_moved", RuntimeError("undone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    finish_notes()
    assert [error.cause for error in last_errors("jobbing")] == ["RuntimeError: undone"]


def test_dead_letters_of_a_plugin_are_retried_on_its_page(county, plugin_folder, frozen_clock, late, submit):
    install(plugin_folder)
    load_plugins(county)
    ring(2)
    Delivery.update(state="dead", attempts=10, error="RuntimeError: deaf").execute()
    admin = late("as_role")("county_admin", COUNTY_CODE)
    page = admin.get("/system/plugins/ear").text
    assert page.count("RuntimeError: deaf") == 2
    assert "未送达的事件" not in admin.get("/system/plugins/bell").text
    answer = submit(admin, "/system/plugins/ear", "/system/events/1/retry", plugin="ear")
    assert (answer.status_code, answer.location) == (303, "/system/plugins/ear")
    assert admin.get("/system/plugins/ear").text.count("RuntimeError: deaf") == 1
    submit(admin, "/system/plugins/ear", "/system/events/of/ear/retry", plugin="ear")
    assert "未送达的事件" not in admin.get("/system/plugins/ear").text
    answer = submit(admin, "/system/plugins/ear", "/system/plugins/ear/off", at="page")
    assert answer.location == "/system/plugins/ear"


def test_only_who_administers_the_whole_county_sees_it(plugin_folder, late):
    plugin_folder("jobbing", {"plugin.py": JOBBING})
    for role, area, status in (
        ("auditor", COUNTY_CODE, 403),
        ("secretary", VILLAGE, 403),
        ("county_admin", TOWN, 404),
    ):
        somebody = late("as_role")(role, area)
        for path in ("", "/settings"):
            assert somebody.get(f"/system/plugins/jobbing{path}").status_code == status
    admin = late("as_role")("county_admin", COUNTY_CODE)
    assert admin.get("/system/plugins/no_such").status_code == 404
    assert admin.get("/system/plugins/no_such/settings").status_code == 404
    assert admin.get("/system/plugins/system").status_code == 404, "a module of the core is no plugin"


def test_a_page_asks_nothing_of_the_new_tables(plugin_folder, late, monkeypatch):
    plugin_folder("quiet", {"plugin.py": ""})
    somebody = late("as_role")("secretary", VILLAGE)
    said: list[str] = []
    execute = type(database.obj).execute_sql

    def listening(self, sql, *args, **more):
        said.append(sql)
        return execute(self, sql, *args, **more)

    monkeypatch.setattr(type(database.obj), "execute_sql", listening)
    assert somebody.get("/").status_code == 200
    assert said
    assert not [sql for sql in said if "core_plugin_" in sql and "state" not in sql]


def test_a_note_does_not_fail_where_the_error_cannot_speak():
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Mute" in trace_of(Mute())
