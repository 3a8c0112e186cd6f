"""Searching entries: the index of signs finds what reading all texts would find."""

import importlib
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.areas.models import Area
from core.clock import today
from core.db import Statement, contains, database, rows, unit_of_work
from core.errors import NotFound
from core.fields import cleaned
from core.people.api import check_digit
from core.testing import SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.models.entries import Entry, is_published
from plugins.diary.models.signs import EntrySign
from plugins.diary.queries import signs as searching
from plugins.diary.queries.entries import Wanted, list_entries
from plugins.diary.services.entries import NewEntry, change_entry, remove_entry, write_entry
from plugins.diary.services.words import cut_entries

_BODY = "34150419800101" + "123"
ID_NUMBER = _BODY + check_digit(_BODY)
# Few signs, so that words meet: wildcards and operators of query languages, full width, pairs of surrogates,
# signs that change under other foldings (K of Kelvin, sharp s, dotted i), what joins two signs to one.
SIGNS = "路灯坏了aAbBzZ09%_*\"'\\()-+:^&|!<>~＂ａＡ１，。𠮷🚰👨‍👩\u0301ßİıKé \n\u3000"
TEXTS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=12).filter(cleaned)


def write(actor, text, area_code=VILLAGE, **more):
    return write_entry(actor, NewEntry(area_code=area_code, text=text, **more))


def found(reader, search, **wanted):
    views, total = list_entries(reader, Wanted(search=search, **wanted), page_size=500)
    assert total == len(views)
    return [view.id for view in views]


def scan(search, *conditions):
    """What reading all published texts finds, newest day first."""
    query = Entry.unscoped("a test", Entry.day, Entry.id).where(is_published, *conditions)
    for word in search[:60].split():
        query = query.where(contains(Entry.text, word))
    return [key for _, key in sorted(rows(query), reverse=True)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=5),
    searches=st.lists(TEXTS, min_size=1, max_size=5),
    few=st.sampled_from((0, 500)),
)
def test_the_index_finds_what_reading_every_text_finds(village, texts, searches, few):
    for place, text in enumerate(texts):
        what = {"kind": ("village", "community")[place % 2], "line": ("", "power")[place // 2 % 2]}
        write(village.cadre, text, day=today() - timedelta(days=place % 3), **what)
    # Parts of what is written are found too; what is not, is not.
    parts = [text[start : start + size] for text in texts for start in (0, 1) for size in (1, 2, 3)]
    parts += [f"{one[:1]} {two[1:3]}" for one, two in pairwise(texts)]
    for search in [*searches, *[part for part in parts if part.strip()]]:
        # Two signs are held against one another in one way where both are frequent, else in another.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(searching, "_FEW", few)
            assert found(village.cadre, search) == scan(search), search
        assert found(village.cadre, search, kind="community") == scan(search, Entry.kind == "community")
        assert found(village.cadre, search, line="power") == scan(search, Entry.line == "power")


@pytest.mark.parametrize(
    "search",
    [
        "%",
        "_",
        "路%",
        '"',
        '"路"',
        "路*",
        "路 OR 灯",
        "路 NEAR 灯",
        "-路",
        "(",
        "\\",
        "'; --",
        "\0",
        "\ud800",
        "😀a",
    ],
)
def test_signs_of_a_query_language_are_signs(village, search):
    one = write(village.cadre, "路灯")
    assert found(village.cadre, search) == []
    two = write(village.cadre, f"说{search}了")
    assert found(village.cadre, search) == ([two] if search.isprintable() else [])
    assert found(village.cadre, "路") == ([two, one] if "路" in search else [one])


def test_a_long_word_is_found_whole_and_not_by_its_pairs(village):
    one = write(village.cadre, "上村的老水泵坏了")
    write(village.cadre, "老水和水泵和泵坏")
    assert found(village.cadre, "老水泵坏") == [one]
    assert found(village.cadre, "老水泵坏 上村") == [one]
    assert found(village.cadre, "村上") == []
    assert found(village.cadre, "老水泵坏", kind="village") == [one]
    assert found(village.cadre, "水", kind="enterprise") == []
    assert found(village.cadre, "水", since=today() + timedelta(days=1)) == []
    assert found(village.cadre, "老\n水") == found(village.cadre, "水 老")


def test_the_entries_behind_a_hot_word_are_searched_too(village):
    one = write(village.cadre, "村口路灯坏了，老人出门看不见")
    two = write(village.cadre, "路灯又坏了")
    cut_entries()
    assert found(village.cadre, "", word="路灯") == [two, one]
    assert found(village.cadre, "老人", word="路灯") == [one]
    assert found(village.cadre, "", word="路灯亮") == found(village.stranger, "", word="路灯") == []


def test_a_change_and_a_removal_are_found_at_once(village):
    number = write(village.cadre, "路灯坏了", day=date(2026, 2, 1))
    change_entry(village.cadre, number, text="路面坏了", version=1, day=date(2026, 2, 2))
    assert found(village.cadre, "路灯") == []
    assert found(village.cadre, "路面", since=date(2026, 2, 2)) == [number]
    remove_entry(village.cadre, number)
    assert found(village.cadre, "坏") == []
    assert EntrySign.unscoped("a test").count() == 0


def refused_after_writing(village):
    write(village.cadre, "路灯坏了")
    remove_entry(village.cadre, 999)


def test_what_is_rolled_back_is_not_found(village):
    with pytest.raises(NotFound), unit_of_work():
        refused_after_writing(village)
    assert found(village.cadre, "灯") == []


def test_private_notes_and_numbers_are_in_no_index(village):
    number = write(village.cadre, "别说出去", state="private")
    write(village.cadre, f"证件{ID_NUMBER}")
    assert found(village.secretary, "别说") == []
    assert found(village.cadre, "别", mine=True) == [number]
    for size in (1, 2, 3, 8, 18):
        assert found(village.secretary, ID_NUMBER[5 : 5 + size]) == scan(ID_NUMBER[5 : 5 + size])
    assert found(village.secretary, ID_NUMBER[6:14]) == []
    listed = {sign for (sign,) in rows(EntrySign.unscoped("a test", EntrySign.sign))}
    assert ord("别") not in listed
    change_entry(village.cadre, number, text="现在可以说了", version=1, state="published")
    assert found(village.secretary, "可以") == [number]


def test_a_search_stays_within_the_readers_areas(village):
    here = write(village.cadre, "水管漏了")
    there = write(village.colleague, "水管漏了", SISTER_VILLAGE)
    assert found(village.secretary, "水管") == [here]
    assert found(village.stranger, "水") == []
    assert found(village.town, "水") == [there, here]
    assert found(village.town, "水", area_code=SISTER_VILLAGE) == [there]
    assert found(village.chief, "水管漏", area_code=TOWN) == [there, here]


def test_pages_are_parts_of_one_list_and_counted_without_reading_it(village, monkeypatch):
    made = [write(village.cadre, f"第{number}盏路灯", day=date(2026, 2, 1 + number)) for number in range(5)]
    pages = [list_entries(village.cadre, Wanted(search="路灯"), page=page, page_size=2) for page in (1, 2, 3)]
    assert [[view.id for view in views] for views, _ in pages] == [
        [made[4], made[3]],
        [made[2], made[1]],
        [made[0]],
    ]
    assert {total for _, total in pages} == {5}
    # Counting ends somewhere, sooner where texts must be read; the pages themselves do not.
    monkeypatch.setattr(searching, "MOST_COUNTED", 4)
    monkeypatch.setattr(searching, "MOST_READ", 3)
    for search, most in (("路灯", 4), ("盏 灯", 4), ("盏路灯", 3), ("路灯 盏路灯", 3)):
        views, total = list_entries(village.cadre, Wanted(search=search), page_size=2)
        assert ([view.id for view in views], total) == ([made[4], made[3]], most)
        assert list_entries(village.cadre, Wanted(search=search), page=3, page_size=2)[0][0].id == made[0]


def test_the_rarest_sign_is_read_first(village, monkeypatch):
    monkeypatch.setattr(searching, "_FEW", 2)
    for number in range(4):
        write(village.cadre, f"路灯{number}")
    one = write(village.cadre, "路灯亮了")
    counts = searching._counts([ord("路"), ord("亮"), ord("灯")])
    assert {sign: count for sign, (count, _) in counts.items()} == {ord("路"): 5, ord("亮"): 1}
    assert searching._rarest(counts) == ord("亮"), "none is counted behind one that is rare enough"
    # Both stand in more than are counted: the one whose entries lie further apart is the rarer one.
    write(village.cadre, "路", day=date(2026, 1, 1))
    write(village.cadre, "灯", day=date(2026, 2, 1))
    monkeypatch.setattr(searching, "_how_many", Statement(searching._counting))
    monkeypatch.setattr(searching, "_MANY", 6)
    counts = searching._counts([ord("灯"), ord("路")])
    assert {count for count, _ in counts.values()} == {6}
    assert searching._rarest(counts) == ord("路")
    assert found(village.cadre, "路灯亮") == [one]


def test_a_merged_villages_entries_are_found_by_its_successors_people(village):
    one = write(village.colleague, "水塔漏了", SISTER_VILLAGE)
    assert found(village.secretary, "水塔") == []
    Area.update(valid_to=today() - timedelta(days=1), successor_code=VILLAGE).where(
        Area.code == SISTER_VILLAGE
    ).execute()
    assert found(village.secretary, "水塔") == [one]


def test_the_migration_fills_the_index_for_what_was_written_before(village, capsys, monkeypatch):
    step = importlib.import_module("plugins.diary.migrations.0011_signs")
    monkeypatch.setattr(step, "BATCH", 2)
    for number in range(5):
        write(village.cadre, f"𠮷路灯Ab {number}\n％", day=date(2026, 2, 1 + number))
    write(village.cadre, "私记", state="private")
    remove_entry(village.cadre, write(village.cadre, "删去"))
    kept = sorted(rows(EntrySign.unscoped("a test")))
    with unit_of_work(housekeeping="a test"):
        step.down(None, database.obj)
        step.up(None, database.obj)
    assert sorted(rows(EntrySign.unscoped("a test"))) == kept
    assert "2/5" in capsys.readouterr().err
