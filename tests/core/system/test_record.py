"""The record: who may read it, what they see of it, whether it is unaltered."""

import re

import pytest

from core import audit
from core.accounts.api import operator
from core.audit import AuditLine
from core.county import plugins
from core.db import unit_of_work
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE
from tests.tampering import alter


@pytest.fixture
def deeds(app):
    """One deed in each of two villages."""
    for code in (VILLAGE, FAR_VILLAGE):
        with unit_of_work():
            audit.record(
                operator(), "test.plant_tree", area_code=code, subject="tree:1", height=3, kind="<b>"
            )


def test_an_auditor_reads_the_lines_of_own_areas_only(api_as, deeds):
    whole, town = api_as("auditor", COUNTY_CODE), api_as("auditor", TOWN)
    trees = "/audit?action=test.plant_tree"
    assert whole.get(trees).headers["X-Total-Count"] == "2"
    answer = town.get(trees)
    assert answer.headers["X-Total-Count"] == "1"
    (line,) = answer.json
    assert (line["area_code"], line["area_name"]) == (VILLAGE, "一村")
    assert (line["account_id"], line["account_name"]) == ("0", "命令行")
    assert line["detail"] == {"height": 3, "kind": "<b>"}
    assert town.get(f"/audit?area_code={FAR_VILLAGE}").status_code == 404
    assert town.get(f"/audit?area_code={COUNTY_CODE}").status_code == 404
    assert whole.get(f"/audit?area_code={FAR_VILLAGE}&action=test.plant_tree").headers["X-Total-Count"] == "1"


def test_the_list_is_narrowed_by_account_and_days(api_as, deeds, app):
    program = api_as("auditor", COUNTY_CODE)
    assert program.get("/audit?account_id=0&action=test.plant_tree").headers["X-Total-Count"] == "2"
    assert program.get("/audit?account_id=77").headers["X-Total-Count"] == "0"
    assert program.get("/audit?until=2001-01-01").headers["X-Total-Count"] == "0"
    assert program.get("/audit?since=2001-01-01&until=9999-12-31").headers["X-Total-Count"] != "0"
    assert program.get("/audit?since=0001-01-01").status_code == 200
    assert program.get("/audit?since=yesterday").status_code == 422


def test_nobody_else_reads_the_record(api_as, as_role, deeds):
    for role in ("county_admin", "secretary", "resident"):
        assert api_as(role, COUNTY_CODE).get("/audit").status_code == 403
        assert as_role(role, COUNTY_CODE).get("/system/audit").status_code == 403
        assert as_role(role, COUNTY_CODE).get("/system/audit/verdict").status_code == 403


def test_the_page_shows_lines_in_words_and_escapes_them(as_role, deeds):
    page = as_role("auditor", COUNTY_CODE).get("/system/audit?action=test.plant_tree&account_id=&since=").text
    assert "共 2 条" in page
    assert "tree:1" in page
    assert "kind=&lt;b&gt;" in page
    assert "命令行" in page


def test_an_unaltered_record_is_said_to_be_so(as_role, deeds):
    browser = as_role("auditor", COUNTY_CODE)
    page = browser.get("/system/audit/verdict").text
    assert "没有改动" in page
    newest = re.search(r"<code>([0-9a-f]{64})</code>", page)[1]
    assert "含有您填写的校验值" in browser.get(f"/system/audit/verdict?head={newest.upper()}").text
    assert "找不到您填写的校验值" in browser.get(f"/system/audit/verdict?head={'0' * 63}1").text


def test_who_audits_a_part_of_the_county_learns_nothing_of_the_whole_record(as_role, deeds):
    browser = as_role("auditor", VILLAGE)
    assert browser.get("/system/audit/verdict").status_code == 404
    page = browser.get("/system/audit")
    assert page.status_code == 200
    assert "/system/audit/verdict" not in page.text


def test_an_empty_value_is_left_out_on_the_page_and_refused_in_the_interface(api_as, as_role, deeds):
    assert as_role("auditor", COUNTY_CODE).get("/system/audit?area_code=&account_id=").status_code == 200
    refused = api_as("auditor", COUNTY_CODE).get("/audit?area_code=")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["area_code"])


def test_an_altered_line_is_named(as_role, deeds, county):
    browser = as_role("auditor", COUNTY_CODE)
    seq = AuditLine.unscoped("a test").where(AuditLine.action == "test.plant_tree").get().seq
    alter(county.data, f"UPDATE core_audit_line SET detail = 'not json' WHERE seq = {seq}")
    assert f"第 {seq} 条起与校验值不符" in browser.get("/system/audit/verdict").text
    assert "not json" in browser.get("/system/audit").text


def test_every_action_of_the_core_has_a_title(app):
    from pathlib import Path

    import core

    written = set()
    for file in Path(core.__file__).parent.rglob("*.py"):
        text = file.read_text("utf-8")
        written |= set(re.findall(r'(?:record|_record|_change)\(\s*\w+(?:\(\))?,\s*"((?:\w+)\.\w+)"', text))
        written |= set(re.findall(r'action="(\w+\.\w+)"', text))
    assert {"core.switch_plugin", "accounts.log_in"} <= written
    assert sorted(written - set(plugins().audit_titles())) == []
