"""The pages of areas and people, as a browser gets them."""

import io
import os
import re
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from core.county import County
from core.people import queries, services
from core.people.rows import PersonRow
from core.scope import AreaScope
from core.sheets import Upload, pending
from core.sheets.errors import UploadGone
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, SISTER_VILLAGE, VILLAGE

Browsers = Callable[..., Any]
Houses = dict[str, int]
COUNTY = AreaScope((COUNTY_CODE,))


def send(browser: Any, path: str, page: str, **form: Any) -> Any:
    """Fill in the form of `page` and send it to `path`."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token, page
    return browser.post(path, data={"csrf_token": token[1], **form})


def file(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "表.csv"


def test_the_area_tree_shows_towns_with_counts_and_leads_down(as_role: Browsers) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    page = browser.get("/areas").text
    assert "甲镇" in page
    assert "村社 2" in page
    assert "导入区域表" in page
    town = browser.get("/areas/341504001").text
    assert "一村" in town
    assert "三村" not in town
    assert "三村" in browser.get("/areas?search=三").text
    assert "没有找到这样的区域" in browser.get("/areas?search=%25").text


def test_a_secretary_sees_the_own_village_in_the_tree_and_nothing_else(as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    page = browser.get("/areas").text
    assert "一村" in page
    assert "二村" not in page
    assert "导入区域表" not in page
    assert browser.get(f"/areas/{SISTER_VILLAGE}").status_code == 404
    assert browser.get("/areas/import").status_code == 403
    assert "二村" not in browser.get("/areas?search=村").text


def test_an_area_table_is_checked_then_confirmed(as_role: Browsers, county: County) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    good = "code,name,level,valid_from,valid_to\n341504001009,九村,village,2026-01-01,\n"
    checked = send(browser, "/areas/import", "/areas/import", file=file(good))
    assert checked.status_code == 303
    preview = browser.get(checked.location).text
    assert "检查通过，还没有导入" in preview
    assert "新增 1 个" in preview
    assert "九村" not in browser.get("/areas?search=九").text.split("<main")[1].replace('value="九"', "")
    done = send(browser, checked.location, checked.location)
    assert (done.status_code, done.location) == (303, "/areas")
    assert browser.get("/areas/341504001009").status_code == 200
    assert browser.get(checked.location).status_code == 404  # gone after the import
    assert list((county.data / "uploads").iterdir()) == []


def test_a_wrong_area_table_shows_its_mistakes_and_comes_back_marked(as_role: Browsers) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    bad = "code,name,level,valid_from,valid_to\n341504001009,九村,village,<b>昨天</b>,\n"
    checked = send(browser, "/areas/import", "/areas/import", file=file(bad))
    preview = browser.get(checked.location).text
    assert "1 处错误，没有导入任何一行" in preview
    assert "确认导入" not in preview
    marked = browser.get(f"{checked.location}/marked.csv")
    assert "2,valid_from,日期应写成 2023-06-30 的样子。" in marked.data.decode("utf-8-sig")
    assert browser.get(f"{checked.location}/marked.xlsx").data.startswith(b"PK")
    assert browser.get(f"{checked.location}/marked.exe").status_code == 404
    send(browser, checked.location, "/areas/import")
    assert browser.get("/areas/341504001009").status_code == 404


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_gets_a_sentence(as_role: Browsers, data: bytes) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    answer = send(browser, "/areas/import", "/areas/import", file=(io.BytesIO(data), "x.xlsx"))
    while answer.status_code == 303:
        answer = browser.get(answer.location)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_checked_file_is_sealed_on_disk_and_belongs_to_who_sent_it(
    as_role: Browsers, county: County, number_of: Callable[[int], str]
) -> None:
    browser = as_role("secretary", VILLAGE)
    rows = f"area_code,household_number,name,citizen_id\n{VILLAGE},1,张三丰,{number_of(1)}\n"
    checked = send(browser, "/people/import", "/people/import", file=file(rows))
    (stored,) = (county.data / "uploads").iterdir()
    assert number_of(1).encode() not in stored.read_bytes()
    assert stored.stat().st_mode & 0o077 == 0
    assert as_role("secretary", VILLAGE).get(checked.location).status_code == 404
    assert browser.get("/people/import/" + "0" * 32).status_code == 404
    assert browser.get("/people/import/..%2F..%2Fkeys.json").status_code == 404


def test_a_checked_file_is_forgotten_after_an_hour(
    as_role: Browsers, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_role("secretary", VILLAGE)
    rows = f"area_code,household_number,name\n{VILLAGE},1,甲\n"
    checked = send(browser, "/people/import", "/people/import", file=file(rows))
    monkeypatch.setattr(pending, "KEPT_SECONDS", -1)
    assert browser.get(checked.location).status_code == 404
    pending.forget_old_uploads()
    assert list((county.data / "uploads").iterdir()) == []


def test_an_account_is_opened_from_the_members_page_by_those_who_may(
    as_role: Browsers, households: Houses
) -> None:
    key = households[VILLAGE]
    (person,) = queries.persons_of(key)
    admin = as_role("county_admin", COUNTY_CODE)
    page = admin.get(f"/people/households/{key}").text
    assert f'<dt>居民编号</dt><dd class="number">{person.id}</dd>' in page
    link = f"/accounts/new?person_id={person.id}&amp;area_code={VILLAGE}"
    assert link in page
    form = admin.get(link.replace("&amp;", "&")).text
    assert re.search(rf'<input[^>]*name="person_id"[^>]*value="{person.id}"', form)
    assert re.search(rf'<input[^>]*name="area_code"[^>]*value="{VILLAGE}"', form)
    assert "/accounts/new" not in as_role("grid_member", VILLAGE).get(f"/people/households/{key}").text


def test_a_search_says_which_member_it_found_where_that_is_not_the_head(
    as_role: Browsers, actor: Callable[..., Any], households: Houses, number_of: Callable[[int], str]
) -> None:
    secretary, key = actor("secretary", VILLAGE), households[VILLAGE]
    services.add_person(secretary, key, PersonRow("陈某", number_of(9)))
    scope = secretary.demand("people.view")
    for search, name in (("陈", "陈某"), (number_of(9), "陈某"), ("张一", ""), ("001", "")):
        assert [row.matched_name for row in queries.find_households(scope, search)] == [name], search
    browser = as_role("secretary", VILLAGE)
    assert "成员：陈某" in browser.get("/people?search=陈").text
    assert "成员：" not in browser.get("/people?search=张").text


def test_the_oldest_checked_files_give_way_to_new_ones(
    actor: Callable[..., Any], county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = actor("secretary", VILLAGE), actor("secretary", SISTER_VILLAGE)
    folder = county.data / "uploads"
    neighbours = pending.keep_upload(two, Upload("二", b"2" * 3_000))
    tokens = []
    for number in range(7):
        tokens.append(pending.keep_upload(one, Upload(f"一{number}", b"1" * 3_000)))
        # File times may be too coarse to tell which of several is the oldest.
        os.utime(folder / f"{one.account_id}-{tokens[-1]}", (time.time() - 60 + number,) * 2)
    for token in tokens[:2]:
        with pytest.raises(UploadGone):
            pending.kept_upload(one, token)
    assert [pending.kept_upload(one, token).name for token in tokens[2:]] == [f"一{n}" for n in range(2, 7)]
    assert pending.kept_upload(two, neighbours).data == b"2" * 3_000
    monkeypatch.setattr(pending, "KEPT_BYTES", 15_000)
    newest = pending.keep_upload(two, Upload("二", b"3" * 3_000))
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 15_000
    assert pending.kept_upload(two, newest).data == b"3" * 3_000
    assert pending.kept_upload(two, neighbours).data == b"2" * 3_000
    with pytest.raises(UploadGone):
        pending.kept_upload(one, tokens[2])


def test_residents_are_imported_over_the_pages(as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    rows = f"area_code,household_number,name\n{VILLAGE},1,张三丰\n{VILLAGE},1,李四\n"
    checked = send(browser, "/people/import", "/people/import", file=file(rows))
    assert "将登记 1 户、2 人。" in browser.get(checked.location).text
    assert send(browser, checked.location, checked.location).status_code == 303
    page = browser.get("/people").text
    assert "已登记 1 户、2 人。" in page
    assert "张三丰" in page


def test_the_blank_table_has_text_columns_and_can_be_sent_back(as_role: Browsers) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    for module, row in (
        ("areas", ["341504001009", "九村", "村社", "2026-01-01"]),
        ("people", [VILLAGE, "1", "张三"]),
    ):
        blank = browser.get(f"/{module}/import/blank.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(blank.data))
        assert book.active.column_dimensions["E"].number_format == "@"
        book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        out.seek(0)
        page = f"/{module}/import"
        checked = send(browser, page, page, file=(out, "表.xlsx"))
        assert "检查通过" in browser.get(checked.location).text


def test_the_list_searches_and_pages_and_stays_in_the_village(households: Houses, as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    page = browser.get("/people").text
    assert "张一村" in page
    assert "共 1 户" in page
    assert "张二村" not in page
    assert "张二村" not in browser.get("/people?search=张二").text.replace('value="张二"', "")
    assert "没有找到这样的户" in browser.get("/people?search=13800000002").text
    assert browser.get("/people?page=abc&area_code=x").status_code == 200


def test_the_file_of_a_household_masks_and_shows_on_demand(
    households: Houses, as_role: Browsers, number_of: Callable[[int], str]
) -> None:
    browser = as_role("secretary", VILLAGE)
    address = f"/people/households/{households[VILLAGE]}"
    page = browser.get(address).text
    assert "138****0001" in page
    assert "空巢老人" in page
    for hidden in (number_of(1), "13800000001", "前街"):
        assert hidden not in page
    person = queries.persons_of(households[VILLAGE])[0].id
    reveal = f"/people/persons/{person}/reveal"
    shown = send(browser, reveal, address, field="citizen_id", purpose="verify")
    assert number_of(1) in shown.text
    assert "<html" in shown.text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    fragment = browser.post(
        reveal,
        data={"field": "address", "purpose": "visit"},
        headers={"HX-Request": "true", "X-CSRFToken": token[1]},
    )
    assert "张一村前街1号" in fragment.text
    assert "<html" not in fragment.text
    without = send(browser, reveal, address, field="citizen_id", purpose="")
    assert without.status_code == 422
    assert number_of(1) not in without.text
    assert browser.get(f"/people/households/{households[FAR_VILLAGE]}").status_code == 404


def test_a_household_and_its_members_are_registered_with_forms(
    as_role: Browsers, number_of: Callable[[int], str]
) -> None:
    browser = as_role("secretary", VILLAGE)
    made = send(
        browser,
        "/people/households/new",
        "/people/households/new",
        area_code=GRID,
        number="12",
        address="后街",
    )
    assert made.status_code == 303
    form = made.location
    wrong = send(browser, form, form, name="张三", citizen_id="123", risk_level="mid", tags=["disabled"])
    assert wrong.status_code == 422
    assert 'value="123"' in wrong.text  # what was typed is kept
    assert "公民身份号码应为 18 位" in wrong.text
    assert re.search(r'value="disabled" checked', wrong.text)
    right = send(
        browser,
        form,
        form,
        name="张三",
        citizen_id=number_of(1),
        phone="138 0000 0001",
        risk_level="mid",
        tags=["disabled", "minimum_living"],
    )
    assert right.status_code == 303
    page = browser.get(right.location).text
    assert "残疾人" in page
    assert "低保" in page
    (row,) = queries.list_households(COUNTY)[0]
    (person,) = queries.persons_of(row.id)
    edit = f"/people/persons/{person.id}/edit"
    assert number_of(1) not in browser.get(edit).text
    assert send(browser, edit, edit, name="张三丰", risk_level="high").status_code == 303
    after = queries.persons_of(row.id)[0]
    assert (after.name, after.risk_level, after.tags, after.citizen_id_masked) == (
        "张三丰",
        "high",
        (),
        person.citizen_id_masked,
    )


def test_a_taken_number_comes_back_with_the_form_as_it_was(households: Houses, as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    form = "/people/households/new"
    answer = send(browser, form, form, area_code=VILLAGE, number="001", address="新街")
    assert answer.status_code == 409
    assert "本区域已有这个户编号。" in answer.text
    assert 'value="新街"' in answer.text


def test_a_household_is_changed_and_ended_with_forms(households: Houses, as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    address = f"/people/households/{households[VILLAGE]}"
    assert "前街" not in browser.get(f"{address}/edit").text
    changed = send(browser, f"{address}/edit", f"{address}/edit", area_code=VILLAGE, number="009")
    assert changed.status_code == 303
    row = queries.household(COUNTY, households[VILLAGE])
    assert (row.number, row.has_address) == ("009", True)
    assert send(browser, f"{address}/end", address).status_code == 303
    assert "已于" in browser.get(address).text
    assert "登记成员" not in browser.get(address).text


def test_who_may_only_look_gets_no_buttons_and_no_way_around_them(
    households: Houses, as_role: Browsers
) -> None:
    browser = as_role("town_official", "341504001")
    address = f"/people/households/{households[VILLAGE]}"
    page = browser.get(address).text
    for word in ("登记成员", "销户", "查看原文"):
        assert word not in page
    for path in ("/people/households/new", "/people/import", f"{address}/edit"):
        assert browser.get(path).status_code == 403
    clerk = as_role("clerk", VILLAGE)
    assert clerk.get("/people").status_code == 403
    assert "户与居民" not in clerk.get("/areas").text


PANEL = """
from core.hookspecs import Panel, hookimpl

@hookimpl
def household_panels(actor, household_id):
    return [Panel("panels/hello.html", {"number": household_id})]
"""


def test_plugins_add_panels_to_the_file_and_a_failing_one_costs_only_its_own(
    households: Houses,
    plugin_folder: Callable[..., Any],
    failing_neighbour: str,
    build_app: Callable[[], Any],
    account: Callable[..., Any],
) -> None:
    from core.accounts.api import open_session, operator

    plugin_folder(
        "panels", {"plugin.py": PANEL, "templates/panels/hello.html": "<p>第 {{ number }} 户的面板</p>"}
    )
    browser = build_app().test_client()
    opened = open_session(operator(), account("secretary", VILLAGE).id)
    with browser.session_transaction() as session:
        session["token"] = opened.token
    page = browser.get(f"/people/households/{households[VILLAGE]}")
    assert f"第 {households[VILLAGE]} 户的面板" in page.text


def test_the_export_button_gives_the_listed_households(households: Houses, as_role: Browsers) -> None:
    browser = as_role("secretary", VILLAGE)
    answer = send(browser, "/people/export?search=张", "/people", kind="csv")
    assert answer.mimetype == "text/csv"
    assert "张一村" in answer.data.decode("utf-8-sig")
    assert browser.get("/people/export").status_code == 405
