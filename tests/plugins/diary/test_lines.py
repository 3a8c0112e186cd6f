"""Lines of service come from the core, from plugins (register_service_lines) and from the county's config."""

import pytest

from core.app import load_plugins
from core.clock import today
from core.county import plugins
from core.errors import Invalid
from core.testing import COUNTY_CODE, SISTER_VILLAGE, VILLAGE
from plugins.diary.lines import lines
from plugins.diary.models.entries import Entry
from plugins.diary.models.posting import Posting, PostingPlace
from plugins.diary.queries.entries import Wanted, list_entries
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.postings import NewPosting, hand_over, station

PLUGIN = """
from core.hookspecs import hookimpl


@hookimpl
def register_service_lines():
    return {{{code!r}: "护林防火"}}
"""


@pytest.fixture
def county_sections():
    return '[plugin.diary]\nlines = { tourism = "文旅", power = "供电" }\n'


@pytest.fixture
def forest(plugin_folder, county):
    plugin_folder("forest", {"plugin.py": PLUGIN.format(code="forest.fire")})
    load_plugins(county)


def test_a_plugin_and_the_county_add_lines(forest):
    assert lines()["forest.fire"] == "护林防火"
    assert (lines()["tourism"], lines()["power"], lines()["water"]) == ("文旅", "供电", "水务")


def test_a_line_with_a_foreign_name_keeps_its_plugin_out(plugin_folder, county):
    plugin_folder("forest", {"plugin.py": PLUGIN.format(code="power")})
    load_plugins(county)
    assert "forest" not in plugins().loaded
    assert "应以 forest. 开头" in plugins().reports["forest"].cause


def posted(village, account_id, code=VILLAGE, line="forest.fire"):
    return station(village.chief, NewPosting(account_id, "village", "fixed", [code], today(), line=line))


def test_postings_entries_and_filters_know_it(forest, village, as_role):
    entry = write_entry(village.cadre, NewEntry(VILLAGE, "上山看了一圈", line="forest.fire"))
    write_entry(village.cadre, NewEntry(VILLAGE, "游客多了", line="tourism"))
    posted(village, village.cadre.account_id)
    browser = as_role("county_admin", COUNTY_CODE)
    assert "护林防火" in browser.get("/diary/postings").text
    assert "护林防火" in browser.get("/diary/postings/new").text
    page = browser.get("/diary/entries?line=forest.fire").text
    assert "上山看了一圈" in page
    assert "游客多了" not in page
    assert [row.id for row in list_entries(village.chief, Wanted(line="forest.fire"))[0]] == [entry]


def test_what_is_of_a_line_that_is_gone_stays_readable_and_is_handed_over(village, as_role):
    entry = write_entry(village.cadre, NewEntry(VILLAGE, "上山看了一圈"))
    posting = posted(village, village.cadre.account_id, line="")
    Entry.update(line="forest.fire").execute()
    for model in (Posting, PostingPlace):
        model.update(line="forest.fire").execute()
    browser = as_role("county_admin", COUNTY_CODE)
    assert "forest.fire" in browser.get(f"/diary/entries/{entry}").text
    assert "forest.fire" in browser.get("/diary/postings").text
    with pytest.raises(Invalid):
        write_entry(village.cadre, NewEntry(VILLAGE, "又上山了", line="forest.fire"))
    with pytest.raises(Invalid):
        posted(village, village.colleague.account_id, SISTER_VILLAGE)
    assert hand_over(village.chief, posting, account_id=village.colleague.account_id, why="changed")
