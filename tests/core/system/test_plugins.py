"""Switching plugins: who may, what people see, what it leaves behind."""

import pytest

from core.audit import AuditLine
from core.plugin_host.state import generation
from core.testing import COUNTY_CODE, TOWN, VILLAGE

MANIFEST = """
name = "{name}"
title = "打卡"
title_en = "Check-in"
summary = "每日打卡"
version = "1.2"
api = ">=1.0,<2"
[permissions]
"{name}.view" = "查看打卡"
[burdens]
check_in = "每日到岗打卡"
"""
PAGES = """
from flask import Blueprint
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("a trial")
def first():
    return "I am here"

@hookimpl
def register_pages():
    return [pages]
"""


@pytest.fixture
def trial(plugin_folder):
    """A plugin with a page, switched off."""
    return plugin_folder("trial", {"plugin.py": PAGES}, on=False)


@pytest.fixture
def late(request):
    """A fixture asked for by name, after the test wrote its plugins."""
    return request.getfixturevalue


def test_the_list_names_state_cause_and_burdens(plugin_folder, late):
    plugin_folder("broken", {"plugin.py": "import no_such_module"})
    plugin_folder("unread", {"plugin.toml": "name = ", "plugin.py": ""})
    plugin_folder("clocking", {"plugin.toml": MANIFEST.format(name="clocking"), "plugin.py": ""})
    program = late("api_as")("county_admin", COUNTY_CODE)
    listed = program.get("/plugins")
    by_name = {plugin["id"]: plugin for plugin in listed.json}
    assert listed.headers["X-Total-Count"] == str(len(by_name))
    assert by_name["broken"]["state"] == "failed"
    assert "no_such_module" in by_name["broken"]["cause"]
    assert by_name["unread"]["state"] == "failed"
    assert by_name["clocking"]["state"] == "on", "what weighs on people is off in it, the rest is not"
    assert by_name["clocking"]["burdens"] == {"check_in": "每日到岗打卡"}
    assert by_name["clocking"]["grounds"] == {}
    assert by_name["clocking"]["permissions"] == {"clocking.view": "查看打卡"}
    admin = late("as_role")("county_admin", COUNTY_CODE)
    page = admin.get("/system/plugins").text
    for sign in ("加载失败", "no_such_module", "clocking 1.2", "重新加载", "/system/plugins/clocking"):
        assert sign in page
    page = admin.get("/system/plugins/clocking").text
    for sign in ("打卡签到", "clocking.view", "每日打卡", "每日到岗打卡", "未写明法律依据", "&gt;=1.0,&lt;2"):
        assert sign in page


def test_switching_on_and_off_by_the_interface(trial, late, build_app):
    program = late("api_as")("county_admin", COUNTY_CODE)
    assert build_app().test_client().get("/trial/").status_code == 404
    number = generation()
    on = program.call("PUT", "/plugins/trial/state", {"enabled": True})
    assert (on.status_code, on.json["state"]) == (200, "on")
    assert generation() == number + 1, "workers see that something changed"
    assert build_app().test_client().get("/trial/").text == "I am here"
    off = program.call("PUT", "/plugins/trial/state", {"enabled": False})
    assert off.json["state"] == "off"
    assert build_app().test_client().get("/trial/").status_code == 404
    unknown = program.call("PUT", "/plugins/no_such/state", {"enabled": True})
    assert (unknown.status_code, unknown.json["code"]) == (404, "plugin_unknown")
    assert program.call("PUT", "/plugins/trial/state", {"enabled": "on"}).status_code == 422


def test_switching_and_retrying_on_the_page(trial, late, submit, build_app):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    answer = submit(admin, "/system/plugins", "/system/plugins/trial/on")
    assert (answer.status_code, answer.location) == (303, "/system/plugins")
    shown = admin.get("/system/plugins").text
    assert "一秒内在全系统生效" in shown
    assert "/system/plugins/trial/off" in shown
    (trial / "plugin.py").write_text("raise RuntimeError('oh dear')", "utf-8")
    build_app()
    assert "oh dear" in admin.get("/system/plugins").text
    assert "oh dear" in admin.get("/").text, "the home page tells those who can mend it"
    (trial / "plugin.py").write_text(PAGES, "utf-8")
    assert submit(admin, "/system/plugins", "/system/plugins/trial/retry").status_code == 303
    assert build_app().test_client().get("/trial/").status_code == 200
    assert "oh dear" not in admin.get("/").text
    submit(admin, "/system/plugins", "/system/plugins/trial/off")
    actions = [line.action for line in AuditLine.unscoped("a test").order_by(AuditLine.seq)]
    for action in ("core.switch_plugin", "core.report_plugin", "core.retry_plugin"):
        assert action in actions


def test_only_who_administers_the_whole_county_switches(trial, late):
    for role, area, status in (
        ("auditor", COUNTY_CODE, 403),
        ("secretary", VILLAGE, 403),
        ("county_admin", TOWN, 404),
    ):
        program = late("api_as")(role, area)
        assert program.get("/plugins").status_code == status
        assert program.call("PUT", "/plugins/trial/state", {"enabled": True}).status_code == status
        assert program.post("/plugins/trial/retry").status_code == status
    assert late("anonymous").get("/plugins").status_code == 401
    assert "插件需要处理" not in late("as_role")("secretary", VILLAGE).get("/").text


def test_the_list_of_burdens_says_what_is_on_and_on_what_ground(plugin_folder, late, county, build_app):
    plugin_folder("clocking", {"plugin.toml": MANIFEST.format(name="clocking"), "plugin.py": ""})
    before = late("as_role")("resident", VILLAGE).get("/system/legal").text
    assert before.count("未启用") == 6
    assert "配置中没有写明" in before
    file = county.data / "config.toml"
    file.write_text(file.read_text("utf-8") + '\n[burdens]\ncheck_in = "某某条例第三条"\n', "utf-8")
    from core.settings import load_settings

    county.settings = load_settings(file)
    build_app()
    after = late("as_role")("resident", VILLAGE).get("/system/legal").text
    assert after.count("未启用") == 5
    assert "某某条例第三条" in after
    assert "打卡" in after
    assert late("client").get("/system/legal").status_code == 302
