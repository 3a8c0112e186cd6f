"""The web app as a whole: whatever a plugin's pages do, the rest of the house stands."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import visits
from core.county import County
from core.plugin_host.state import State, survey, switch
from core.plugin_manager import SYSTEM
from core.testing import COUNTY_CODE, VILLAGE

Write = Callable[..., Path]
Build = Callable[[], Flask]

PAGES = """
from flask import Blueprint, abort, request
from core.access import demands, public, signed_in
from core.hookspecs import Card, MenuItem, hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("trial")
def home():
    return "trial page"

@hookimpl
def register_pages():
    return [pages]
"""
API = """
from marshmallow import fields
from core.api import Blueprint
from core.fields import Id, Strict
from core.hookspecs import hookimpl
from core.security import Actor

class Thing(Strict):
    id = Id(required=True)

api = Blueprint("trial", __name__, description="Trial")

@api.operation("GET", "{rule}", "{operation}", access="public: trial", returns=Thing)
def get_thing(actor, **path):
    return {{"id": 1}}

@hookimpl
def register_api():
    return [api]
"""


def with_pages(*lines: str) -> str:
    return PAGES + "\n".join(lines) + "\n"


APP_WIDE = "app 级的钩子"
REACHING = {
    "a view that does not say who may call it": (
        '@pages.get("/open")\ndef open_to_all(): return ""',
        "没有写明谁可以使用",
    ),
    "a hook on everybody's requests": (
        "@pages.before_app_request\ndef spy(): raise ValueError",
        "app 级的钩子",
    ),
    "a hand on everybody's answers": ("@pages.after_app_request\ndef spoil(r): return None", APP_WIDE),
    "a hand on everybody's errors": ("@pages.app_errorhandler(404)\ndef lost(e): return 'x'", APP_WIDE),
    "names in everybody's templates": (
        "@pages.app_context_processor\ndef names(): return {}",
        "app 级的钩子",
    ),
    "a filter in everybody's templates": ("pages.add_app_template_filter(str, 'moment')", APP_WIDE),
    "an error while it is registered": ("pages.record(lambda state: 1 / 0)", "ZeroDivisionError"),
    "an exit while it is registered": (
        "def leave(state): raise SystemExit(2)\npages.record(leave)",
        "SystemExit",
    ),
    "one name for two blueprints": (
        "@hookimpl\ndef register_pages():\n"
        "    return [pages, Blueprint('trial', __name__, url_prefix='/trial/more')]",
        "trial",
    ),
    "one address for two views": (
        '@pages.get("/", endpoint="again")\n@public("trial")\ndef again(): return ""',
        "网址 /trial/ 已被 trial.home 占用",
    ),
}


@pytest.mark.parametrize("trouble", REACHING)
def test_pages_that_reach_beyond_their_own_drop_the_plugin_and_the_app_still_builds(
    trouble: str, county: County, plugin_folder: Write, build_app: Build
) -> None:
    lines, cause = REACHING[trouble]
    plugin_folder("trial", {"plugin.py": with_pages(lines)})
    client = build_app().test_client()
    assert client.get("/").status_code == 200
    assert client.get("/trial/").status_code == 404
    report = survey(county.settings, county.plugins_folder)["trial"]
    assert report.state is State.FAILED
    assert cause in report.cause


@pytest.mark.parametrize(
    ("rule", "operation", "cause"),
    [
        ("/areas", "listThings", "网址 /api/v1/areas 已被"),
        ("/areas/<string:thing_id>", "getThing", "已被"),
        ("/trial_things", "listAreas", "接口操作名 listAreas 已被占用"),
    ],
)
def test_an_operation_at_somebody_elses_address_or_name_drops_the_plugin(
    rule: str, operation: str, cause: str, county: County, plugin_folder: Write, build_app: Build
) -> None:
    plugin_folder("trial", {"plugin.py": API.format(rule=rule, operation=operation)})
    client = build_app().test_client()
    assert client.get("/api/v1/areas").status_code == 401
    assert cause in survey(county.settings, county.plugins_folder)["trial"].cause
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_a_sound_plugin_gets_its_pages_operations_templates_and_files(
    plugin_folder: Write, build_app: Build
) -> None:
    code = PAGES.replace('return "trial page"', 'return render_template("trial/home.html")').replace(
        "abort, request", "render_template"
    )
    files = {
        "plugin.py": code,
        "templates/trial/home.html": "<p>{{ _('你好') }}</p>",
        "static/trial.css": "p { color: red }",
    }
    plugin_folder("trial", files)
    client = build_app().test_client()
    assert client.get("/trial/").text == "<p>你好</p>"
    with client.get("/trial/static/trial.css") as style:
        assert style.get_data() == b"p { color: red }"
        assert style.headers["Content-Security-Policy"]


def test_a_plugins_templates_cannot_stand_in_anothers_place(plugin_folder: Write, build_app: Build) -> None:
    files = {
        "plugin.py": PAGES,
        "templates/core/error.html": "HACKED",
        "templates/system/home.html": "HACKED",
        "templates/points_store/home.html": "HACKED",
    }
    plugin_folder("trial", files)
    app = build_app()
    assert "HACKED" not in app.test_client().get("/").text
    assert "points_store/home.html" not in app.jinja_env.list_templates()


VIEWS = {
    "raises": "raise ValueError('secret of the house')",
    "ends the process": "raise SystemExit(1)",
    "ends a generator": "raise GeneratorExit",
    "returns nothing": "return None",
    "misses a template": "from flask import render_template; return render_template('nowhere.html')",
    "asks a table that is not there": (
        "from core.db import database\n    database.execute_sql('SELECT 1 FROM nowhere')"
    ),
}


@pytest.mark.parametrize("fault", VIEWS)
def test_a_view_that_fails_shows_a_page_without_a_traceback(
    fault: str, plugin_folder: Write, build_app: Build
) -> None:
    code = PAGES.replace('return "trial page"', VIEWS[fault])
    plugin_folder("trial", {"plugin.py": code})
    client = build_app().test_client()
    answer = client.get("/trial/")
    assert answer.status_code == 500
    assert "internal_error" in answer.text
    assert "系统出了问题" in answer.text
    for word in ("Traceback", "secret", "plugin.py", "ValueError", "nowhere"):
        assert word not in answer.text
    assert client.get("/").status_code == 200


MENUS = {
    "raises": "raise ValueError",
    "names a page that is not there": "return [MenuItem('坏入口', 'trial.nowhere', 'phone')]",
    "names a page that needs a value": "return [MenuItem('坏入口', 'static', 'phone')]",
}


@pytest.mark.parametrize("fault", MENUS)
def test_a_failing_menu_costs_its_own_item_on_every_page_and_five_pages_quarantine_it(
    fault: str, county: County, plugin_folder: Write, build_app: Build, as_role: Callable[..., FlaskClient]
) -> None:
    plugin_folder(
        "trial", {"plugin.py": with_pages("@hookimpl\ndef menu_items(actor):", f"    {MENUS[fault]}")}
    )
    app = build_app()
    browser = as_role("secretary", VILLAGE)
    browser.application = app
    cookies = browser.get_cookie("gridgov")
    client = app.test_client()
    assert cookies is not None
    client.set_cookie("gridgov", cookies.value)
    for _ in range(5):
        page = client.get("/")
        assert page.status_code == 200
        assert "坏入口" not in page.text
    report = survey(county.settings, county.plugins_folder)["trial"]
    assert report.state is State.QUARANTINED
    assert report.cause.startswith("menu_items：")


def test_a_card_that_cannot_be_drawn_is_left_out(
    county: County, plugin_folder: Write, build_app: Build, app: Flask
) -> None:
    from core.web import parts

    cards = (
        "@hookimpl\ndef home_cards(actor):\n"
        "    yield Card('trial/broken.html', {})\n"
        "    yield Card('trial/good.html', {'name': '<甲>'})\n"
        "    yield Card('trial/nowhere.html', {})"
    )
    files = {
        "plugin.py": with_pages(cards),
        "templates/trial/broken.html": "{{ 1 / 0 }}",
        "templates/trial/good.html": "好 {{ name }}",
    }
    plugin_folder("trial", files)
    with build_app().test_request_context("/"):
        from core.security import ANONYMOUS

        # What the core itself offers to whoever is not logged in comes first.
        assert parts("home_cards", actor=ANONYMOUS)[1:] == ["好 &lt;甲&gt;"]
    assert survey(county.settings, county.plugins_folder)["trial"].cause.startswith("home_cards：")


def test_off_is_404_and_leaves_no_trace_in_the_interface(
    county: County, plugin_folder: Write, build_app: Build
) -> None:
    code = PAGES + API.format(rule="/trial_things", operation="listTrialThings").replace("\napi =", "\napi =")
    plugin_folder("trial", {"plugin.py": code})

    def seen() -> tuple[int, int, bool]:
        client = build_app().test_client()
        described = json.dumps(client.get("/api/v1/openapi.json").json)
        return (
            client.get("/trial/").status_code,
            client.get("/api/v1/trial_things").status_code,
            "listTrialThings" in described,
        )

    assert seen() == (200, 200, True)
    switch(SYSTEM, county.settings, county.plugins_folder, "trial", enabled=False)
    assert seen() == (404, 404, False)
    switch(SYSTEM, county.settings, county.plugins_folder, "trial", enabled=True)
    assert seen() == (200, 200, True)


def test_an_app_made_again_in_the_same_process_is_the_same(build_app: Build) -> None:
    first, second = build_app(), build_app()
    assert sorted(map(str, first.url_map.iter_rules())) == sorted(map(str, second.url_map.iter_rules()))
    descriptions = [app.test_client().get("/api/v1/openapi.json").json for app in (first, second)]
    assert descriptions[0] == descriptions[1]


def test_requests_of_an_old_app_go_on_among_the_plugins_they_began_with(
    county: County, plugin_folder: Write, build_app: Build
) -> None:
    code = with_pages('@pages.get("/names")\n@public("trial")\ndef names():').rstrip() + (
        "\n    from core.county import plugins\n    return ','.join(plugins().loaded)\n"
    )
    plugin_folder("trial", {"plugin.py": code})
    old = build_app()
    switch(SYSTEM, county.settings, county.plugins_folder, "trial", enabled=False)
    build_app()
    assert "trial" in old.test_client().get("/trial/names").text
    assert county.plugins is not None
    assert "trial" not in county.plugins.loaded


@pytest.mark.usefixtures("failing_neighbour")
def test_with_a_failing_neighbour_everything_of_the_core_works(
    as_role: Callable[..., FlaskClient],
) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    for address in ("/", "/areas", "/accounts", "/people"):
        assert browser.get(address, follow_redirects=True).status_code == 200, address


HANGING = """
import time

@pages.get("/loop")
@public("trial")
def loop():
    while True:
        pass

@pages.get("/wait")
@public("trial")
def wait():
    time.sleep(1.5)
    return "late"
"""


def test_a_page_that_never_ends_is_interrupted_and_noted(
    build_app: Build, plugin_folder: Write, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "LONGEST_SECONDS", 0.3)
    plugin_folder("trial", {"plugin.py": PAGES + HANGING})
    app = build_app()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(app.test_client().get("/trial/loop").status_code))
    asking.start()
    deadline = time.monotonic() + 20
    while asking.is_alive() and time.monotonic() < deadline:
        app.end_overdue()  # type: ignore[attr-defined]
        asking.join(0.05)
    assert answers == [500]
    assert survey(county.settings, county.plugins_folder)["trial"].cause == "网页：超过 0.3 秒没有回答"
    assert app.test_client().get("/trial/").status_code == 200


def test_a_plugin_whose_pages_stand_still_takes_no_more_threads_than_its_share(
    build_app: Build, plugin_folder: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MOST_INSIDE", 2)
    monkeypatch.setattr(visits, "STANDSTILL_SECONDS", 0.2)
    plugin_folder("trial", {"plugin.py": PAGES + HANGING})
    app = build_app()
    answers: list[int] = []

    def ask() -> None:
        answers.append(app.test_client().get("/trial/wait").status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while len(visits.visits._inside["trial"]) < 2:
        assert time.monotonic() < deadline
    refused = app.test_client().get("/trial/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert "响应太慢" in refused.text
    assert app.test_client().get("/accounts/login").status_code == 200, "everybody else's pages are there"
    for thread in threads:
        thread.join()
    assert answers == [200, 200]
    assert app.test_client().get("/trial/").status_code == 200
