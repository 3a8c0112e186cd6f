"""Hot words: what entries are about and what rises; no names, no numbers, nothing private."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.api import operator
from core.clock import today
from core.errors import Forbidden, Invalid, NotFound
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.words import TermThere
from plugins.diary.models.words import DayWords, EntryWords
from plugins.diary.queries.entries import Wanted, list_entries
from plugins.diary.queries.words import hot_words
from plugins.diary.services.entries import NewEntry, change_entry, remove_entry, write_entry
from plugins.diary.services.word_counts import count_again
from plugins.diary.services.words import add_term, cut_entries, end_term
from plugins.diary.wording import _ENDS_HERE, _NOTHING, _SHOWN, KnownNames, Wording
from tests.plugins.diary.labelled import REPORT, TUNE, labelled

HERE = AreaScope((COUNTY_CODE,))
LAMP = "村口路灯坏了半个多月，晚上黑，老人孩子不敢走"
WATER = "高处几户水压不够，白天放不出水"


@pytest.fixture(scope="module")
def wording():
    """Without a county's own words."""
    return Wording()


def write(village, text, actor=None, area_code=VILLAGE, **more):
    return write_entry(actor or village.cadre, NewEntry(area_code=area_code, text=text, **more))


def hot(scope=HERE, area_code=COUNTY_CODE, days=30, **more):
    found = hot_words(scope, area_code, today() - timedelta(days=days - 1), today(), **more)
    return {each.word: (each.entries, each.before, each.rise) for each in found.words}


# --- cutting


def test_content_words_are_words_and_what_everybody_says_is_not(wording):
    words = wording.words(LAMP)
    assert {"村口", "路灯"} <= set(words)
    assert not {"晚上", "孩子", "坏", "了"} & set(words)


@pytest.mark.parametrize(
    "text", ["", "。。。", "2026-03-02 14:00", "😀😀", "abc def", "［证件号］［电话］" * 3]
)
def test_what_says_nothing_has_no_words(wording, text):
    assert [word for word in wording.words(text) if word not in ("证件号",)] == []


def test_a_word_counts_once_however_often_it_is_said(wording):
    assert Counter(wording.words("路灯、路灯、路灯")) == {"路灯": 1}


def test_the_countys_word_is_never_cut_apart_and_a_stop_word_never_shown():
    assert "龙虎山庄" not in Wording().words("龙虎山庄门口")
    assert "龙虎山庄" in Wording(own=["龙虎山庄"]).words("龙虎山庄门口")
    assert "路灯" not in Wording(stops=["路灯"]).words(LAMP)


def test_rare_signs_and_length_do_no_harm(wording):
    assert wording.words("𠮷野家" * 1000 + LAMP * 300)


def test_signs_that_only_happen_to_stand_together_are_no_word(wording):
    words, passages = wording.cut("慢性病证快到期，危桥没修")
    assert words == ["慢性病", "危桥"]
    assert "证快" in passages[0], "topics are told apart by it all the same"
    assert Wording(own=["证快"]).words("慢性病证快到期") == ["慢性病", "证快"]


def test_a_word_that_was_seen_before_is_judged_as_its_tag_in_the_text_says(wording):
    texts = [told.text for half in (TUNE, REPORT) for told in labelled(half)]
    for text in [*texts, "上村和下村的水压得太低，放不出水"]:
        shown = [word for word, tag in wording._jieba.tag(text) if wording._judge(word, tag) == _SHOWN]
        assert wording.words(text) == list(dict.fromkeys(shown))


def test_words_and_passages_are_those_of_a_walk_from_word_to_word():
    """Every text that is labelled (hard cases among them), in which people are named; cut twice over."""
    known = KnownNames(("王小明", "高山", "石路"))
    hard = [
        "高山石路，王小明家水压低",
        "\r\n路灯。。\n\n路灯；路灯！窄",
        "𠮷路灯😀路灯",
        "王小明",
        "路灯\x1c水压\u3000窄",
    ]
    texts = hard + [told.text for half in (TUNE, REPORT) for told in labelled(half)]
    fresh = Wording(own=["龙虎山庄"])
    for text in [*texts, *texts]:
        words, passages = fresh.cut(text, known)
        shown, walked = {}, [{}]
        for word in fresh._jieba.cut(known.without(text)):
            tag = dict(fresh._jieba.tag(word)).get(word) or dict(fresh._jieba.tag(known.without(text)))[word]
            verdict = fresh._judge(word, tag)
            if verdict == _ENDS_HERE:
                walked.append({})
            elif verdict != _NOTHING:
                walked[-1][word] = None
            if verdict == _SHOWN:
                shown[word] = None
        assert words == list(shown), text
        assert passages == [" ".join(passage) for passage in walked if passage], text


def test_texts_that_are_cut_in_one_go_keep_their_own_words():
    """What stands at the end of one text and at the beginning of the next is no word, and no name."""
    texts = ["村口路", "灯", "", "高\0山", "上村和下村", LAMP, f"{WATER}。{LAMP}", "高", "山石路"]
    known = KnownNames(("高山", "石路"))
    together, alone = Wording(), Wording()
    bare = known.without_each(texts)
    assert bare == ["村口路", "灯", "", "高 山", "上村和下村", LAMP, f"{WATER}。{LAMP}", "高", "山\n"]
    found = together.cut_each(bare)
    assert found == [(" ".join(words), "\n".join(passages)) for words, passages in map(alone.cut, bare)]
    assert together.cut_each([]) == []


# --- counting


def test_entries_are_counted_by_word_and_lead_to_themselves(village):
    lamps = [write(village, LAMP), write(village, "路灯又坏了一盏")]
    write(village, WATER)
    assert cut_entries() == 3
    assert cut_entries() == 0
    assert hot()["路灯"] == (2, 0, 2)
    assert "水压" not in hot(), "in one entry only"
    behind, total = list_entries(village.chief, Wanted(word="路灯"))
    assert (sorted(row.id for row in behind), total) == (lamps, 2)


def test_what_rises_is_held_against_the_period_before(village):
    long_ago = today() - timedelta(days=40)
    for _ in range(4):
        write(village, LAMP, day=long_ago)
    for _ in range(2):
        write(village, WATER, day=long_ago)
    for _ in range(3):
        write(village, WATER)
    cut_entries()
    # A third of six before, all of three now: two more than there would be.
    assert hot()["水压"] == (3, 2, 2)
    found = hot_words(HERE, COUNTY_CODE, today() - timedelta(days=29), today(), order="rising")
    assert found.words[0].rise == 2
    assert (found.entries, found.entries_before) == (3, 6)
    assert found.since_before == today() - timedelta(days=59)


def test_areas_and_kinds_are_apart(village):
    for _ in range(2):
        write(village, LAMP)
        write(village, WATER, actor=village.colleague, area_code=SISTER_VILLAGE, kind="community")
        write(village, WATER, actor=village.stranger, area_code=FAR_VILLAGE)
    cut_entries()
    assert hot(village.cadre.scope("diary.view"))["路灯"][0] == 2
    assert "水压" not in hot(village.cadre.scope("diary.view"))
    assert hot(area_code="341504001")["水压"][0] == 2
    assert hot()["水压"][0] == 4
    assert hot(kind="community").keys() & {"路灯", "水压"} == {"水压"}


def test_private_removed_and_changed_entries_are_not_counted_as_they_were(village):
    for _ in range(2):
        write(village, "粮仓漏雨", state="private")
    gone, changed = write(village, LAMP), write(village, LAMP)
    write(village, LAMP)
    cut_entries()
    assert "粮仓" not in hot()
    assert hot()["路灯"][0] == 3
    remove_entry(village.cadre, gone)
    change_entry(village.cadre, changed, text=WATER, version=1)
    cut_entries()
    assert "路灯" not in hot()
    assert EntryWords.unscoped("a test").count() == 2


def test_sums_of_days_are_what_the_entries_say(village):
    """A town's and the county's words are sums over days; a village's are counted from its entries."""
    days = [today() - timedelta(days=number) for number in (0, 1, 1, 31)]
    mine = [write(village, f"{LAMP}。{WATER if place else ''}", day=day) for place, day in enumerate(days)]
    write(village, WATER, actor=village.colleague, area_code=SISTER_VILLAGE, kind="community")
    write(village, LAMP, actor=village.stranger, area_code=FAR_VILLAGE)
    cut_entries()
    assert_sums()
    change_entry(village.cadre, mine[0], text=WATER, version=1, day=days[1])
    change_entry(village.cadre, mine[1], text=WATER, version=1)
    remove_entry(village.cadre, mine[3])
    cut_entries()
    assert_sums()
    # A job that was killed before it counted is made up for by the next one.
    count_again([days[1]])
    DayWords.update(entries=99, words='{"路灯":99}').where(DayWords.day == days[1]).execute()
    assert cut_entries() == 0
    assert_sums()


def assert_sums():
    since, until = today() - timedelta(days=29), today()
    for area_code in (COUNTY_CODE, TOWN, VILLAGE, SISTER_VILLAGE):
        for kind in ("", "village", "community", "enterprise"):
            query = EntryWords.within(AreaScope((area_code,))).where(EntryWords.day >= since)
            texts = [row.words.split() for row in query if kind in ("", row.kind)]
            counts = Counter(word for words in texts for word in words)
            found = hot_words(HERE, area_code, since, until, kind=kind)
            assert {each.word: each.entries for each in found.words} == {
                word: count for word, count in counts.items() if count > 1
            }, (area_code, kind)
            assert found.entries == len(texts)


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=4), max_size=8), st.text("甲乙丙丁", max_size=40))
def test_no_name_is_left_in_a_text_and_nothing_else_is_lost(names, text):
    kept = KnownNames(names).without(text)
    known = {name for name in names if len(name) > 1}
    assert not [name for name in known if name in kept]
    # Control: what stood between the names is all there, in its order.
    pieces = kept.split("\n")
    assert re.fullmatch(f"(?:{'|'.join(known) or 'x'})".join(map(re.escape, pieces)), text)


def test_names_of_people_never_become_words(village):
    names = ("高山", "石路", "钱小梅")
    heads = [PersonRow(name, is_head=True) for name in names]
    doors = [HouseholdRow(FAR_VILLAGE, f"n{place}", persons=[head]) for place, head in enumerate(heads)]
    bulk_insert_households(operator(), doors)
    for _ in range(3):
        write(village, "高山和石路在水渠边，钱小梅和赵大山也来看水渠")
    cut_entries()
    found = hot()
    assert found["水渠"][0] == 3
    assert not found.keys() & {*names, "大山", "赵大山", "小梅"}


def test_the_dictionary_cuts_everything_anew(village, frozen_clock):
    for _ in range(2):
        write(village, "龙虎山庄门口的路灯坏了")
    cut_entries()
    assert "龙虎山庄" not in hot()
    village.move_clock(MONDAY_MORNING + timedelta(minutes=1))
    number = add_term(village.chief, word="龙虎山庄", kind="own")
    add_term(village.chief, word="路灯", kind="stop")
    assert cut_entries() == 2
    assert "龙虎山庄" in hot()
    assert "路灯" not in hot()
    village.move_clock(MONDAY_MORNING + timedelta(minutes=2))
    end_term(village.chief, number)
    assert cut_entries() == 2
    assert "龙虎山庄" not in hot()
    with pytest.raises(NotFound):
        end_term(village.chief, number)


@pytest.mark.parametrize("word", ["", "一", "长" * 21, "路 灯", "路灯1"])
def test_a_wrong_term_is_refused(village, word):
    with pytest.raises(Invalid):
        add_term(village.chief, word=word, kind="own")


def test_the_dictionary_is_the_countys(village):
    with pytest.raises(Forbidden):
        add_term(village.cadre, word="龙虎山庄", kind="own")
    add_term(village.chief, word="龙虎山庄", kind="own")
    with pytest.raises(TermThere):
        add_term(village.chief, word="龙虎山庄", kind="stop")


def test_the_same_entries_give_the_same_words(village):
    for text in (LAMP, LAMP, WATER, WATER):
        write(village, text)
    cut_entries()
    first = hot_words(HERE, COUNTY_CODE, date(2026, 2, 1), today())
    EntryWords.delete().execute()
    cut_entries()
    assert hot_words(HERE, COUNTY_CODE, date(2026, 2, 1), today()) == first


# --- pages and the interface


def test_pages(village, as_role, submit):
    for _ in range(2):
        write(village, LAMP)
    cut_entries()
    desk = as_role("county_admin", COUNTY_CODE)
    page = desk.get("/diary/words").text
    assert "路灯" in page
    assert desk.get("/diary/entries?word=路灯").status_code == 200
    assert desk.get("/diary/words?since=2030-01-01&until=2020-01-01&order=rising&kind=x").status_code == 200
    added = submit(desk, "/diary/dictionary", "/diary/dictionary", word="龙虎山庄", kind="own")
    assert added.status_code == 303
    refused = submit(desk, "/diary/dictionary", "/diary/dictionary", word="龙虎山庄", kind="own")
    assert (refused.status_code, "已在词库" in refused.text) == (409, True)
    assert as_role("stationed_cadre", VILLAGE).get("/diary/dictionary").status_code == 403


def test_the_interface(village, api_as):
    for _ in range(2):
        write(village, LAMP)
    cut_entries()
    program = api_as("stationed_cadre", VILLAGE)
    answer = program.get("/hot-words?since=2026-02-01&until=2026-03-02")
    assert {row["word"]: row["entries"] for row in answer.json}["路灯"] == 2
    assert program.get("/hot-words?since=2026-03-02&until=2026-02-01").status_code == 422
    assert (
        api_as("stationed_cadre", FAR_VILLAGE).get("/hot-words?since=2026-02-01&until=2026-03-02").json == []
    )
