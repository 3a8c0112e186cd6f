"""Settings of plugins by page and interface: over the file, key by key, checked, seen by all, put back."""

import html
import json
import re

import pytest

from core.app import load_plugins
from core.audit import AuditLine
from core.county import county as the_county
from core.county import plugins
from core.errors import Invalid
from core.plugin_host.notes import finish_notes
from core.plugin_host.settings import PluginSetting
from core.plugin_host.state import generation, retry
from core.plugin_manager import SYSTEM
from core.settings import load_settings
from core.system.errors import PluginNotRunning
from core.system.services import change_settings
from core.testing import COUNTY_CODE, TOWN

PLUGIN = """
from flask import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema
from core.access import public
from core.county import plugin_settings
from core.fields import Strict
from core.hookspecs import hookimpl

class Rung(Strict):
    who = fields.String(required=True)
    seconds = fields.Integer(required=True, strict=True)

class Shown(Strict):
    number = fields.Integer(load_default=5, strict=True, validate=validate.Range(1, LIMIT),
        metadata={"title": "数目", "help": "多少"})
    share = fields.Float(load_default=1.5)
    on = fields.Boolean(load_default=True, metadata={"title": "开着"})
    colour = fields.String(load_default="red", validate=validate.OneOf(["red", "blue"], labels=["红", "蓝"]))
    words = fields.String(load_default="好", validate=validate.Length(max=9))
    names = fields.List(fields.String(), load_default=list)
    days = fields.List(fields.Integer(strict=True), load_default=lambda: [30, 7])
    ladder = fields.List(fields.Nested(Rung), load_default=list)
    table = fields.Dict(fields.String(), fields.String(), load_default=dict)
    free = fields.Raw(load_default="")
    token = fields.String(load_default="", metadata={"title": "令牌", "secret": True})
    host = fields.String(load_default="", metadata={"file_only": True})

    @validates_schema
    def fits(self, data, **_):
        if data.get("words") == "坏":
            raise ValidationError({"words": ["这个词不行。"]})

pages = Blueprint("shown", __name__, url_prefix="/shown")

@pages.get("/")
@public("a trial")
def first():
    return repr(sorted(plugin_settings("shown").items()))

@hookimpl
def register_settings():
    return Shown()

@hookimpl
def register_pages():
    return [pages]
"""
FILE = '[plugin.shown]\nnumber = 7\nnames = ["甲"]\ntoken = "file-token"\n'
SETTINGS = "/system/plugins/shown/settings"


@pytest.fixture
def shown(plugin_folder, county):
    """A plugin with a setting of every sort, some of them in the config file."""
    folder = plugin_folder("shown", {"plugin.py": PLUGIN.replace("LIMIT", "100")})
    file = county.data / "config.toml"
    file.write_text(file.read_text("utf-8") + FILE, "utf-8")
    county.settings = load_settings(file)
    return folder


@pytest.fixture
def late(request):
    """A fixture asked for by name, after the test wrote its plugins."""
    return request.getfixturevalue


def boxes(page: str) -> dict[str, str]:
    """What a browser would send of the form, untouched."""
    hidden = re.findall(
        r'<input type="hidden" name="((?:shown\.\w+|version|csrf_token))" value="([^"]*)"', page
    )
    sent = {name: html.unescape(value) for name, value in hidden}
    for name, value in list(sent.items()):
        if name.startswith("shown.") and value:
            sent["value." + name.removeprefix("shown.")] = value
    return sent


def send(browser, **typed):
    """Change some boxes of the form and send it."""
    return browser.post(
        SETTINGS, data=boxes(browser.get(SETTINGS).text) | {f"value.{k}": v for k, v in typed.items()}
    )


def in_effect(build_app) -> str:
    return build_app().test_client().get("/shown/").text


def test_what_is_saved_by_page_stands_over_the_file_until_it_is_put_back(shown, late, build_app):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    assert "('number', 7)" in in_effect(build_app)
    page = admin.get(SETTINGS).text
    for sign in (
        'min="1"',
        'max="100"',
        "数目",
        "多少",
        "默认：5。",
        "配置文件",
        "红",
        "30\n7",
        "已经设置，不显示",
    ):
        assert sign in page
    assert "file-token" not in page
    before = generation()
    assert send(admin).status_code == 303
    assert generation() == before, "nothing was changed, so nobody is renewed"
    ladder = '[[ladder]]\nwho = "书记"\nseconds = 30'
    answer = send(
        admin,
        number="８",
        share="2.5",
        on="",
        colour="blue",
        words=" 很好 ",
        days="1\r\n2\r\n",
        ladder=ladder,
        table='a = "b"',
        names="甲\n乙",
    )
    assert (answer.status_code, answer.location) == (303, SETTINGS)
    assert generation() == before + 1
    settings = in_effect(build_app)
    for sign in (
        "('number', 8)",
        "('share', 2.5)",
        "('on', False)",
        "('colour', 'blue')",
        "('words', '很好')",
        "('days', [1, 2])",
        "('ladder', [{'who': '书记', 'seconds': 30}])",
        "('table', {'a': 'b'})",
        "('names', ['甲', '乙'])",
        "('token', 'file-token')",
    ):
        assert sign in settings
    page = admin.get(SETTINGS).text
    assert page.count("在本页设置") == 9
    assert html.unescape(page).count(ladder) == 2, "shown as in the config file"
    sent = boxes(admin.get(SETTINGS).text)
    kept = admin.post(SETTINGS + "/back", data=sent | {"key": "words", "value.share": "3.5"})
    assert (kept.status_code, 'value="3.5"' in kept.text) == (200, True), "what stands in other boxes stays"
    sent = boxes(admin.get(SETTINGS).text)
    assert admin.post(SETTINGS + "/back", data=sent | {"key": "number"}).status_code == 303
    assert "('number', 7)" in in_effect(build_app)
    assert "('words', '好')" in in_effect(build_app)
    assert "('share', 2.5)" in in_effect(build_app)
    lines = AuditLine.unscoped("a test").where(AuditLine.action == "core.change_plugin_settings")
    details = [json.loads(line.detail) for line in lines.order_by(AuditLine.seq)]
    assert details[0]["changed"] == sorted(
        ["number", "share", "on", "colour", "words", "days", "ladder", "table", "names"]
    )
    assert details[2] == {"changed": [], "put_back": ["number"]}


def test_what_does_not_fit_is_said_beside_its_box_and_nothing_is_lost(shown, late, build_app):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    answer = send(admin, number="1000", words="坏", days="a", ladder="[[ladder]", token="typed-token")
    assert answer.status_code == 422
    # Boxes that cannot be read hide no mistake of the others.
    assert answer.text.count("field-error") == 3
    assert "应为整数。" in answer.text
    assert "TOML 写法有误" in answer.text
    for typed in ('value="1000"', 'value="坏"', ">[[ladder]<"):
        assert typed in html.unescape(answer.text)
    assert "typed-token" not in answer.text
    answer = send(
        admin, number="1000", ladder='[[ladder]]\nwho = "a"\nseconds = "x"', table="at = 2026-01-01"
    )
    assert "日期和时间请写在引号里" in answer.text
    answer = send(admin, number="1000", ladder='[[ladder]]\nwho = "a"\nseconds = "x"')
    assert "应在 1 到 100 之间。" in answer.text
    assert "第 1 项 seconds：应为整数。" in answer.text
    assert "现在的值：7" in answer.text
    assert "这个词不行。" in send(admin, words="坏").text
    assert PluginSetting.select().count() == 0
    sent = boxes(admin.get(SETTINGS).text)
    assert admin.post(SETTINGS, data=sent | {"shown.host": "", "value.host": "evil"}).status_code == 422


def test_of_two_who_change_it_at_once_the_second_is_told(shown, late, build_app):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    first = boxes(admin.get(SETTINGS).text)
    assert admin.post(SETTINGS, data=first | {"value.number": "9"}).status_code == 303
    build_app()
    second = admin.post(SETTINGS, data=first | {"value.number": "11", "value.words": "新"})
    assert second.status_code == 409
    assert "别人刚刚改过" in second.text
    assert "现在的值：9" in second.text
    assert 'value="11"' in second.text
    again = boxes(second.text) | {"value.number": "11", "value.words": "新"}
    assert admin.post(SETTINGS, data=again).status_code == 303
    assert "('number', 11)" in in_effect(build_app)


def test_a_secret_is_sealed_and_neither_shown_nor_logged(shown, late, build_app, county, caplog):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    assert send(admin, token="hush-hush").status_code == 303
    assert "('token', 'hush-hush')" in in_effect(build_app)
    row = PluginSetting.get()
    assert "hush" not in row.plain
    assert b"hush" not in bytes(row.sealed)
    assert "hush" not in admin.get(SETTINGS).text
    program = late("api_as")("county_admin", COUNTY_CODE)
    assert "hush" not in program.get("/plugins/shown/settings").text
    lines = AuditLine.unscoped("a test").where(AuditLine.action == "core.change_plugin_settings")
    assert [json.loads(line.detail)["changed"] for line in lines] == [["token"]]
    assert "hush" not in caplog.text
    assert send(admin, number="9").status_code == 303
    assert "('token', 'hush-hush')" in in_effect(build_app), "it stays when others change"


def test_what_fits_no_more_after_an_upgrade_is_named_and_put_back_by_page(shown, late, build_app, county):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    send(admin, number="50", token="hush-hush")
    (shown / "plugin.py").write_text(PLUGIN.replace("LIMIT", "10"), "utf-8")
    retry(SYSTEM, county.settings, county.plugins_folder, "shown")
    with admin.session_transaction() as session:
        token = session["token"]
    admin = build_app().test_client()
    with admin.session_transaction() as session:
        session["token"] = token
    assert admin.get("/shown/").status_code == 404
    page = admin.get("/system/plugins/shown").text
    assert "插件页面保存的设置 plugin.shown.number：应在 1 到 10 之间；请在插件页面改回" in page
    page = admin.get(SETTINGS).text
    assert "插件没有运行" in page
    assert "50" in page
    assert "hush" not in page
    sent = boxes(page)
    assert admin.post(SETTINGS, data=sent).status_code == 303
    somebody = late("actor")("county_admin", COUNTY_CODE)
    with pytest.raises(PluginNotRunning):
        change_settings(somebody, "shown", version=1, values={"number": 3})
    assert admin.post(SETTINGS + "/back", data=sent | {"key": "number"}).status_code == 303
    assert b"hush" not in bytes(PluginSetting.get().sealed), "still sealed"
    assert "('number', 7)" in in_effect(build_app)
    assert "('token', 'hush-hush')" in in_effect(build_app)


def test_by_the_interface(shown, late, build_app):
    program = late("api_as")("county_admin", COUNTY_CODE)
    told = program.get("/plugins/shown/settings").json
    assert (told["id"], told["version"], told["is_running"], told["strays"]) == ("shown", 0, True, [])
    assert told["has_companions"] is False
    by_key = {setting["key"]: setting for setting in told["settings"]}
    number = by_key["number"]
    assert {name: number[name] for name in ("title", "kind", "source", "value", "written", "default")} == {
        "title": "数目",
        "kind": "number",
        "source": "file",
        "value": 7,
        "written": 7,
        "default": 5,
    }
    assert (number["low"], number["high"], by_key["colour"]["choices"]) == (1.0, 100.0, ["red", "blue"])
    assert (by_key["token"]["value"], by_key["token"]["is_set"]) == (None, True)
    body = {"version": 0, "values": {"number": 20, "ladder": [{"who": "a", "seconds": 3}]}}
    done = program.call("PATCH", "/plugins/shown/settings", body, key="k1")
    assert (done.status_code, done.json["version"]) == (200, 1)
    assert program.call("PATCH", "/plugins/shown/settings", body, key="k1").json == done.json, "a repeat"
    assert "('number', 20)" in in_effect(build_app)
    for sent, status, code in (
        ({"version": 0, "values": {"number": 3}}, 409, "plugin_settings_moved_on"),
        ({"version": 1, "values": {"numbre": 3}}, 422, "invalid"),
        ({"version": 1, "values": {"number": "3"}}, 422, "invalid"),
        ({"version": 1, "values": {"host": "evil.example"}}, 422, "invalid"),
        ({"version": 1, "values": {"words": "x" * 70_000}}, 422, "invalid"),
        ({"version": 1, "values": {"free": float("nan")}}, 422, "invalid"),
        ({"values": {"number": 3}}, 422, "invalid"),
    ):
        answer = program.call("PATCH", "/plugins/shown/settings", sent)
        assert (answer.status_code, answer.json["code"]) == (status, code), sent
    with pytest.raises(Invalid):
        change_settings(
            late("actor")("county_admin", COUNTY_CODE), "shown", version=1, values={"free": "\ud800"}
        )
    back = program.call("PATCH", "/plugins/shown/settings", {"version": 1, "put_back": ["number", "no_such"]})
    assert (back.status_code, back.json["code"]) == (404, "plugin_setting_unknown")
    assert "no_such" in back.json["detail"]
    assert "('number', 20)" in in_effect(build_app), "all of it or nothing"
    back = program.call("PATCH", "/plugins/shown/settings", {"version": 1, "put_back": ["number", "words"]})
    assert back.json["version"] == 2
    assert "('number', 7)" in in_effect(build_app)
    assert program.get("/plugins/no_such/settings").status_code == 404
    assert late("api_as")("county_admin", TOWN).get("/plugins/shown/settings").status_code == 404
    assert (
        late("api_as")("auditor", COUNTY_CODE)
        .call("PATCH", "/plugins/shown/settings", {"version": 2})
        .status_code
        == 403
    )


def test_a_schema_that_fails_hurts_its_own_page_only(plugin_folder, late):
    code = PLUGIN.replace("LIMIT", "100")
    code = code.replace("load_default=1.5", "load_default=lambda: 1.5 if LOADING.pop() else 1 / 0")
    plugin_folder("shown", {"plugin.py": "LOADING = [0, 1]\n" + code})
    admin = late("as_role")("county_admin", COUNTY_CODE)
    page = admin.get(SETTINGS)
    assert page.status_code == 200
    assert "插件没有运行" in page.text
    finish_notes()
    assert "register_settings：ZeroDivisionError" in admin.get("/system/plugins/shown").text


@pytest.mark.parametrize("county_plugins", [["call_button", "diary", "grid", "points_store", "supervision"]])
def test_the_bundled_plugins_are_set_by_page(county_plugins, late, build_app):
    admin = late("as_role")("county_admin", COUNTY_CODE)
    for name in county_plugins:
        page = admin.get(f"/system/plugins/{name}/settings")
        assert page.status_code == 200
        assert admin.get(f"/system/plugins/{name}").status_code == 200
    path = "/system/plugins/points_store/settings"
    page = admin.get(path).text
    earn = '[[earn]]\nevent = "cases.NoSuchEvent"\nrule = "上报"'
    sent = boxes(page) | {"value.earn": earn}
    refused = admin.post(path, data=sent)
    assert (refused.status_code, "没有事件 cases.NoSuchEvent" in refused.text) == (422, True)
    sent["value.earn"] = earn.replace("NoSuchEvent", "CaseClosed")
    assert admin.post(path, data=sent).status_code == 303
    build_app()
    heard = plugins().listeners("cases.CaseClosed", COUNTY_CODE)
    assert "points_store" in heard, "what it hears follows its settings"
    shown = admin.get("/system/plugins/call_button/settings").text
    assert "只能在配置文件里改" in shown
    assert "value.broker" not in shown


def test_every_way_to_load_plugins_sees_the_same(shown, late, county):
    send(late("as_role")("county_admin", COUNTY_CODE), number="33")
    assert load_plugins(county).loaded["shown"].settings["number"] == 33
    assert the_county().settings.plugin["shown"]["number"] == 7, "the file's word stays known"
