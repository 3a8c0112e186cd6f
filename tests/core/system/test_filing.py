"""The filing pack: what a plugin asks of people and holds about them, as a page and as a Word file."""

import io
import re

import pytest
from docx import Document

from core.accounts.api import actor_for, open_session, operator
from core.errors import Forbidden, NotFound
from core.system.filing import county_pack, plugin_pack
from core.system.filing_word import filing_word
from core.testing import COUNTY_CODE, TOWN, VILLAGE

MANIFEST = """
name = "kitchen"
title = "食堂\\u0001"
title_en = "Kitchen"
summary = "老人订餐"
version = "1.4"
api = ">=1.0,<2"
listens = ["cases.CaseResolved"]
[permissions]
"kitchen.see" = "查看订餐"
[burdens]
check_in = "送餐到门口打卡"
ranking = "按送餐次数排列"
[forms]
meal = "订餐：老人自愿填"
[personal_data]
"kitchen_meal" = "谁订了餐"
[announces]
MealServed = "送到了一餐"
"""
PLUGIN = """
from marshmallow import fields
from peewee import AutoField, TextField
from core.db import BaseModel
from core.fields import Strict
from core.hookspecs import Job, hookimpl
from core.security import Role

class Meal(BaseModel):
    id = AutoField()
    note = TextField()
    class Meta:
        table_name = "kitchen_meal"

class Settings(Strict):
    supplier = fields.String(load_default="https://user:secret@supplier.example:8443/api?key=12")

@hookimpl
def register_models():
    return [Meal]

@hookimpl
def register_settings():
    return Settings()

@hookimpl
def register_roles():
    return [Role("secretary", "村书记", frozenset({"kitchen.see"}))]

@hookimpl
def register_jobs():
    return [Job("kitchen.count", "统计订餐", lambda: None, every=30)]

@hookimpl
def on_event(event):
    pass
"""
MIGRATION = """
from peewee import AutoField, Model, TextField

def tables(db):
    class Meal(Model):
        id = AutoField()
        note = TextField()
        class Meta:
            database = db
            table_name = "kitchen_meal"
    return [Meal]

def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql("INSERT INTO kitchen_meal (note) VALUES ('a'), ('b')")

def down(migrator, db):
    db.drop_tables(tables(db))
"""


@pytest.fixture
def county_sections():
    return '[burdens]\ncheck_in = "《某办法》第三条"\n'


@pytest.fixture
def served(county, plugin_folder, build_app):
    plugin_folder(
        "kitchen",
        {"plugin.toml": MANIFEST, "plugin.py": PLUGIN, "migrations/0001_initial.py": MIGRATION},
    )
    return build_app()


def rows_of(pack):
    return {
        section.name: [[said.text % said.values for said in row] for row in section.rows]
        for section in pack.parts[-1].sections
    }


def test_a_pack_holds_everything_that_a_plugin_asks_and_keeps(served, account, frozen_clock):
    admin = actor_for(account("county_admin", COUNTY_CODE).id)
    pack = plugin_pack(admin, "kitchen")
    assert rows_of(pack) == {
        "burdens": [
            ["打卡签到", "送餐到门口打卡", "《某办法》第三条"],
            ["排名通报", "按送餐次数排列", "没有写明依据，不启用"],
        ],
        "forms": [["meal", "订餐：老人自愿填"]],
        "personal_data": [["kitchen_meal", "谁订了餐", "2"]],
        "permissions": [["查看订餐", "村书记"]],
        "jobs": [["统计订餐", "每 30 分钟"]],
        "events": [["发布", "送到了一餐"], ["接收", "办结了事项"]],
        "addresses": [["https://supplier.example:8443", "kitchen"]],
        "tables": [["kitchen_meal", "2"]],
    }
    whole = county_pack(admin)
    assert [part.name for part in whole.parts] == ["core", "kitchen"]
    common = {section.name: section.rows for section in whole.parts[0].sections}
    assert {row[0].text for row in common["tables"]} >= {"areas_area", "people_person", "cases_case"}
    with pytest.raises(NotFound):
        plugin_pack(admin, "nothing")
    with pytest.raises((Forbidden, NotFound)):
        county_pack(actor_for(account("secretary", VILLAGE).id))


def test_the_word_file_says_the_same_and_is_the_same_each_time(served, account, frozen_clock):
    admin = actor_for(account("county_admin", COUNTY_CODE).id)
    pack = plugin_pack(admin, "kitchen")
    made = filing_word(pack)
    assert filing_word(plugin_pack(admin, "kitchen")) == made
    document = Document(io.BytesIO(made))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    shown = [[list(section.heads), *rows] for section, rows in zip_rows(pack)]
    assert tables == shown
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == "信息系统功能与负担备案表"
    assert "食堂" in paragraphs, "what XML cannot hold is left out"
    assert any("测试县" in text and "2026-03-02" in text for text in paragraphs)
    assert filing_word(county_pack(admin)) == filing_word(county_pack(admin))


def zip_rows(pack):
    for section in (each for each in pack.parts[0].sections if each.rows):
        yield section, [[said.text % said.values for said in row] for row in section.rows]


def test_pages_and_files_are_for_those_who_run_the_county(served, account, frozen_clock):
    def browser(role, area_code):
        visitor = served.test_client()
        with visitor.session_transaction() as session:
            session["token"] = open_session(operator(), account(role, area_code).id).token
        return visitor

    admin, town = browser("county_admin", COUNTY_CODE), browser("town_official", TOWN)
    for path in ("/system/filing", "/system/plugins/kitchen/filing"):
        page = admin.get(path).text
        for sign in ("送餐到门口打卡", "《某办法》第三条", "每 30 分钟", "supplier.example"):
            assert sign in page
        assert "secret" not in re.sub(r"csrf[^>]*>", "", page)
        word = admin.get(f"{path}/word")
        assert word.mimetype.endswith("wordprocessingml.document")
        assert word.data == admin.get(f"{path}/word").data
        assert re.search(
            r'filename="filing-(county|kitchen)-2026-03-02.docx"', word.headers["Content-Disposition"]
        )
        assert town.get(path).status_code == 403
        assert town.get(f"{path}/word").status_code == 403
    assert admin.get("/system/plugins/nothing/filing").status_code == 404
