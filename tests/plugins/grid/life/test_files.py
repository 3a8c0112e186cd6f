"""Household files: nothing is asked twice, each change is kept, what is sensitive is sealed."""

import re
from datetime import timedelta

import pytest
from peewee import DatabaseError

from core.audit import AuditLine
from core.clock import now
from core.db import database
from core.errors import Forbidden, Invalid, NotFound
from core.people.services import end_household, update_household
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE
from plugins.grid.errors.files import FileClosed, FileMovedOn, ItemRetired
from plugins.grid.models.files import DayRefresh, FileChange, FileValue, HouseholdFile
from plugins.grid.queries.files import MASKED, changes_of, file_of
from plugins.grid.services.file_reveal import reveal_value
from plugins.grid.services.files import Entry, update_file
from plugins.grid.services.items import retire_item

HERE = AreaScope((COUNTY_CODE,))


def values(household_id):
    """(item, person) -> what is shown."""
    return {
        (shown.item.code, shown.person_id): shown.text
        for section in file_of(HERE, household_id).sections
        for shown in (*section.household, *(each for _, row in section.persons for each in row))
        if shown.at
    }


def test_values_of_household_and_person_are_kept_and_shown_in_words(life):
    wife = life.home.person_ids[1]
    changed = update_file(
        life.member,
        life.home.id,
        [
            Entry("contracted_land", 0, "３．５０"),
            Entry("house_safety", 0, "c"),
            Entry("house_use", 0, ["shop", "own"]),
            Entry("wants_work", wife, "yes"),
            Entry("checkup_day", wife, "2026年2月3日"),
        ],
    )
    assert changed == 5
    assert values(life.home.id) == {
        ("contracted_land", 0): "3.5",
        ("house_safety", 0): "C 级（局部危险）",
        ("house_use", 0): "自住、经营",
        ("wants_work", wife): "是",
        ("checkup_day", wife): "2026-02-03",
    }
    view = file_of(HERE, life.home.id)
    assert (view.filled, view.updated_at) == (5, now())
    line = AuditLine.unscoped("a test").where(AuditLine.action == "grid.update_file").get()
    assert "3.5" not in line.detail, "the record names items, never values"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1.5", "1.5"), ("1,500", "1500"), ("１，５００．５", "1500.5"), ("12,345,678", "12345678"), ("0", "0")],
)
def test_a_comma_separates_thousands(life, typed, kept):
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, typed)])
    assert values(life.home.id)["contracted_land", 0] == kept


@pytest.mark.parametrize("typed", ["1,5", "1，5", "1,50", "0,125", "1,5000", ",5", "-3", "-0.01", "－3"])
def test_a_comma_that_may_be_a_point_and_what_is_below_nought_are_refused(life, typed):
    with pytest.raises(Invalid) as refused:
        update_file(life.member, life.home.id, [Entry("contracted_land", 0, typed)])
    sentence = str(refused.value.fields)
    assert ("不能是负数" if typed[0] in "-－" else "小数点请用") in sentence
    assert values(life.home.id) == {}


def test_every_change_keeps_who_when_old_and_new(life):
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, "3")])
    life.move_clock(now() + timedelta(days=2))
    update_file(life.assistant, life.home.id, [Entry("contracted_land", 0, "4")])
    update_file(life.assistant, life.home.id, [Entry("contracted_land", 0, "")])
    rows, total = changes_of(HERE, life.home.id)
    assert [(row.old, row.new) for row in rows] == [("4", ""), ("3", "4"), ("", "3")]
    assert total == 3
    assert {row.account_name for row in rows[:2]} == {life.assistant.name}
    assert rows[2].account_name == life.member.name
    assert values(life.home.id) == {}


@pytest.mark.parametrize("verb", ["UPDATE grid_file_change SET item = 'x'", "DELETE FROM grid_file_change"])
def test_the_history_refuses_to_be_changed(life, verb):
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, "3")])
    with pytest.raises(DatabaseError, match="grid_file_change"), database.atomic():
        database.execute_sql(verb)
    assert FileChange.unscoped("a test").count() == 1


def test_saving_the_same_again_changes_nothing_and_confirms_the_file(life):
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, "3")])
    life.move_clock(now() + timedelta(days=8))
    assert update_file(life.member, life.home.id, [Entry("contracted_land", 0, "3.00")]) == 0
    assert FileChange.unscoped("a test").count() == 1
    assert file_of(HERE, life.home.id).updated_at == now()
    assert [(row.files, row.changes) for row in DayRefresh.unscoped("a test").order_by(DayRefresh.day)] == [
        (1, 1),
        (1, 0),
    ]


def test_a_file_counts_once_a_day_however_often_it_is_saved(life):
    for land in ("1", "2", "3"):
        update_file(life.member, life.home.id, [Entry("contracted_land", 0, land)])
    day = DayRefresh.unscoped("a test").get()
    assert (day.area_code, day.files, day.changes) == (GRID, 1, 3)


def test_sensitive_values_lie_sealed_and_are_masked(life):
    person = life.home.person_ids[0]
    update_file(life.member, life.home.id, [Entry("monthly_income", person, "8642")])
    row = FileValue.unscoped("a test").get()
    assert (row.value, row.pick) == ("", "")
    assert b"8642" not in bytes(row.sealed)
    change = FileChange.unscoped("a test").get()
    assert b"8642" not in bytes(change.new_sealed)
    assert values(life.home.id) == {("monthly_income", person): MASKED}
    assert changes_of(HERE, life.home.id)[0][0].new == MASKED


def test_one_value_in_clear_needs_a_permission_and_a_purpose_and_leaves_a_line(life):
    person = life.home.person_ids[0]
    update_file(life.member, life.home.id, [Entry("monthly_income", person, "8642")])
    wish = {"item": "monthly_income", "person_id": person}
    with pytest.raises(Forbidden):
        reveal_value(life.member, life.home.id, **wish, purpose="visit")
    with pytest.raises(Invalid):
        reveal_value(life.secretary, life.home.id, **wish, purpose="curious")
    assert reveal_value(life.secretary, life.home.id, **wish, purpose="visit") == "8642"
    line = AuditLine.unscoped("a test").where(AuditLine.action == "grid.reveal_value").get()
    assert "8642" not in line.detail
    assert "visit" in line.detail


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        ("contracted_land", "three"),
        ("contracted_land", "1.234"),
        ("contracted_land", "1e400"),
        ("house_safety", "z"),
        ("house_use", ["own", "castle"]),
        ("transferred_to", "长" * 501),
    ],
)
def test_what_does_not_fit_its_item_is_refused_by_field_and_nothing_is_written(life, item, typed):
    with pytest.raises(Invalid) as refusal:
        update_file(life.member, life.home.id, [Entry("land_certificate", 0, "yes"), Entry(item, 0, typed)])
    assert list(refusal.value.fields) == [item]
    assert FileValue.unscoped("a test").count() == 0


def test_items_and_persons_of_others_are_refused(life):
    for entry in (
        Entry("no_such_item", 0, "1"),
        Entry("wants_work", life.house.person_ids[0], "yes"),
        Entry("wants_work", 0, "yes"),
        Entry("contracted_land", life.home.person_ids[0], "1"),
    ):
        with pytest.raises(Invalid):
            update_file(life.member, life.home.id, [entry])


def test_a_retired_item_is_shown_where_it_was_answered_and_written_no_more(life):
    update_file(life.member, life.home.id, [Entry("toilet", 0, "dry")])
    retire_item(life.admin, "toilet")
    assert values(life.home.id) == {("toilet", 0): "卫生旱厕"}
    with pytest.raises(ItemRetired):
        update_file(life.member, life.home.id, [Entry("toilet", 0, "flush")])


def test_what_somebody_changed_meanwhile_is_not_overwritten(life):
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, "3")])
    seen_at = now()
    life.move_clock(now() + timedelta(minutes=5))
    update_file(life.assistant, life.home.id, [Entry("contracted_land", 0, "4")])
    stale = [Entry("contracted_land", 0, "5"), Entry("forest_land", 0, "1")]
    with pytest.raises(FileMovedOn) as refusal:
        update_file(life.member, life.home.id, stale, seen_at=seen_at)
    assert list(refusal.value.fields) == ["contracted_land"]
    assert values(life.home.id) == {("contracted_land", 0): "4"}
    update_file(life.member, life.home.id, stale, seen_at=now())
    assert values(life.home.id)["contracted_land", 0] == "5"


def test_files_are_behind_the_walls_of_areas(life):
    with pytest.raises(NotFound):
        update_file(life.stranger, life.home.id, [])
    with pytest.raises(NotFound):
        file_of(life.stranger.scope("grid.file_view"), life.home.id)


def test_the_file_follows_its_household_and_closes_with_it(life):
    update_file(life.member, life.home.id, [Entry("house_safety", 0, "d")])
    update_household(life.admin, life.home.id, area_code=SISTER_VILLAGE)
    assert file_of(life.stranger.scope("grid.file_view"), life.home.id).filled == 1
    with pytest.raises(NotFound):
        file_of(life.member.scope("grid.file_view"), life.home.id)
    assert {row.area_code for row in FileValue.unscoped("a test")} == {SISTER_VILLAGE}
    end_household(life.admin, life.home.id)
    assert HouseholdFile.unscoped("a test").get().ended_at == now()
    with pytest.raises(FileClosed):
        update_file(life.admin, life.home.id, [])


def test_pages_and_the_interface_write_the_same_file(life, as_role, api_as):
    program = api_as("grid_member", GRID)
    path = f"/households/{life.home.id}/file"
    body = {"values": [{"item": "contracted_land", "value": "3.5"}, {"item": "house_use", "values": ["let"]}]}
    first = program.call("PATCH", path, body, key="one-key-0001")
    assert (first.status_code, first.json["changed"]) == (200, 2)
    again = program.call("PATCH", path, body, key="one-key-0001")
    assert again.text == first.text, "a resend does nothing twice"
    wrong = program.call("PATCH", path, {"values": [{"item": "contracted_land", "value": "x"}]})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["contracted_land"])
    assert api_as("grid_member", SISTER_VILLAGE).get(path).status_code == 404
    page = as_role("grid_member", GRID).get(f"/grid/files/{life.home.id}").text
    assert "3.5" in page
    assert "出租" in page


def test_a_section_is_saved_on_the_phone_once_whatever_is_sent_twice(life, as_role):
    browser = as_role("grid_member", GRID)
    address = f"/grid/files/{life.home.id}/land"
    form = browser.get(address).text
    for word in ("姓名", "身份证", "联系电话"):
        assert word not in form, "what the register holds is never asked"
    hidden = ("csrf_token", "form_key", "seen_at")
    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in hidden}
    sent |= {"contracted_land": "6", "land_certificate": "yes"}
    for _ in range(2):
        answer = browser.post(address, data=sent)
        assert answer.status_code == 303
    assert FileChange.unscoped("a test").count() == 2
    refused = browser.post(address, data={**sent, "form_key": "another-key-1", "contracted_land": "six"})
    assert refused.status_code == 422
    assert "应为数字" in refused.text
    assert 'value="six"' in refused.text, "what was typed stays"
