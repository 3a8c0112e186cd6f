"""Entries: text first, then what it is about, what is to be done, and how that ended."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.api import disable_account, operator
from core.audit import lines
from core.cases.api import accept_case, case, rate_case, resolve_case, start_case
from core.clock import today
from core.db import rows
from core.errors import Forbidden, Invalid, NotFound
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, check_digit
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.entries import (
    EntryChanged,
    EntryHasCase,
    EntryTooOld,
    LinkUnknown,
    NoLonger,
    NotYourEntry,
)
from plugins.diary.models.entries import Entry, EntryVersion
from plugins.diary.queries.entries import (
    Wanted,
    entry,
    entry_of_case,
    list_entries,
    outcomes,
    published_texts,
    versions_of,
)
from plugins.diary.queries.recognition import recognise
from plugins.diary.queries.timeline import household_timeline, person_timeline
from plugins.diary.services.entries import (
    NewEntry,
    Problem,
    change_entry,
    link_entry,
    raise_problem,
    remove_entry,
    unlink_entry,
    write_entry,
)

_BODY = "34150419800101" + "123"
ID_NUMBER = _BODY + check_digit(_BODY)
PHONE = "13812345678"
HERE = AreaScope((COUNTY_CODE,))


def write(village, text, actor=None, **more):
    wish = {"area_code": VILLAGE, "text": text}
    return write_entry(actor or village.cadre, NewEntry(**wish | more))


def found(reader, **wanted):
    return [row.id for row in list_entries(reader, Wanted(**wanted))[0]]


# --- writing


def test_colleagues_of_the_area_read_what_was_published(village):
    number = write(village, "路灯坏了", kind="community", line="power")
    view = entry(village.secretary, number)
    assert (view.text, view.kind, view.line, view.day, view.version) == (
        "路灯坏了",
        "community",
        "power",
        today(),
        1,
    )
    assert view.original == "", "the original is its author's"
    for other in (village.stranger, village.colleague):
        with pytest.raises(NotFound):
            entry(other, number)
        assert found(other) == []


def test_private_notes_are_nobody_elses_anywhere(village):
    number = write(village, "这件事先别说", state="private")
    assert found(village.cadre) == []
    assert found(village.cadre, mine=True) == [number]
    for other in (village.secretary, village.chief, village.town):
        with pytest.raises(NotFound):
            entry(other, number)
        assert found(other, search="别说") == []
        assert found(other, mine=True) == []
    assert list(published_texts(village.chief.scope("diary.view"), today(), today())) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": ""}, Invalid),
        ({"text": " \u200b\n"}, Invalid),
        ({"text": "长" * 20_001}, Invalid),
        ({"text": "长" * 100_000}, Invalid),
        ({"kind": "county"}, Invalid),
        ({"line": "weather"}, Invalid),
        ({"state": "secret"}, Invalid),
        ({"day": date(2026, 3, 3)}, Invalid),
        ({"day": date(1989, 12, 31)}, Invalid),
        ({"area_code": SISTER_VILLAGE}, NotFound),
        ({"area_code": TOWN}, NotFound),
        ({"links": [("person", "999999")]}, LinkUnknown),
        ({"links": [("god", "1")]}, LinkUnknown),
        ({"links": [("person", "' OR 1=1")]}, LinkUnknown),
    ],
)
def test_a_wrong_entry_is_refused_and_leaves_nothing(village, changes, error):
    with pytest.raises(error):
        write(village, **{"text": "正文", **changes})
    assert Entry.unscoped("a test").count() == 0


def test_the_longest_entry_and_rare_signs_are_kept_to_the_letter(village):
    text = ("𠮷野家的㙓、😀 <b>粗</b> {{ 7*7 }} %s\n" * 800)[:20_000].strip()
    assert entry(village.cadre, write(village, text)).text == text


def test_numbers_are_taken_out_and_only_the_author_has_the_original(village):
    text = f"{ID_NUMBER} 的医保断了，电话 {PHONE}"
    number = write(village, text)
    seen = entry(village.secretary, number)
    assert ID_NUMBER not in seen.text
    assert PHONE not in seen.text
    assert "的医保断了" in seen.text
    assert entry(village.cadre, number).original == text
    assert found(village.secretary, search=ID_NUMBER[:10]) == []
    (row,) = rows(Entry.unscoped("a test", Entry.text, Entry.original_sealed))
    assert ID_NUMBER.encode() not in bytes(row[1])
    assert ID_NUMBER not in row[0]
    assert not any(ID_NUMBER in line.detail for line in lines(HERE)[0])
    ((_, _, _, told),) = published_texts(village.chief.scope("diary.view"), today(), today())
    assert ID_NUMBER not in told


# --- changing


def test_two_windows_do_not_overwrite_each_other(village):
    number = write(village, "第一版")
    change_entry(village.cadre, number, text="第二版", version=1)
    with pytest.raises(EntryChanged) as caught:
        change_entry(village.cadre, number, text="另一个窗口", version=1)
    assert "第 2 版" in caught.value.sentence()
    view = entry(village.secretary, number)
    assert (view.text, view.version) == ("第二版", 2)
    assert [(row.version, row.text) for row in versions_of(number)] == [(1, "第一版")]


def test_only_the_author_changes_and_only_for_some_days(village):
    number = write(village, "第一版")
    with pytest.raises(NotFound):
        change_entry(village.stranger, number, text="改", version=1)
    with pytest.raises(NotYourEntry):
        change_entry(village.secretary, number, text="改", version=1)
    with pytest.raises(Forbidden):
        change_entry(village.chief, number, text="改", version=1)
    private = write(village, "私下", state="private")
    village.move_clock(MONDAY_MORNING + timedelta(days=7))
    with pytest.raises(EntryTooOld):
        change_entry(village.cadre, number, text="迟了", version=1)
    change_entry(village.cadre, private, text="私下的还能改", version=1)


def test_what_is_public_stays_public(village):
    number = write(village, "先自己记", state="private")
    change_entry(village.cadre, number, text="公开了", version=1, state="published")
    assert found(village.secretary) == [number]
    with pytest.raises(NoLonger):
        change_entry(village.cadre, number, text="收回", version=2, state="private")


def test_what_is_removed_is_gone(village):
    number = write(village, "写错了村", links=[("household", str(village.house.id))])
    change_entry(village.cadre, number, text="又错了", version=1)
    with pytest.raises(NotYourEntry):
        remove_entry(village.secretary, number)
    remove_entry(village.cadre, number)
    for reader in (village.cadre, village.secretary):
        with pytest.raises(NotFound):
            entry(reader, number)
        assert found(reader) == found(reader, mine=True) == []
    assert household_timeline(village.cadre, village.house.id) == []
    assert EntryVersion.unscoped("a test").count() == 0
    assert [row.text for row in Entry.unscoped("a test")] == [""]
    with pytest.raises(NotFound):
        remove_entry(village.cadre, number)


# --- finding


def test_words_of_one_and_two_signs_are_found(village):
    lamp = write(village, "村口路灯不亮，老人不敢出门")
    water = write(village, "水压不够", actor=village.secretary)
    assert found(village.cadre, search="灯") == [lamp]
    assert found(village.cadre, search="路灯") == [lamp]
    assert found(village.cadre, search="不") == [water, lamp]
    assert found(village.cadre, search="老人 路灯") == [lamp]
    assert found(village.cadre, search="老人 水压") == []
    assert found(village.cadre, search="%") == found(village.cadre, search="_") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    text=st.text(st.sampled_from("路灯水压不够Ab%_'\\ 𠮷"), min_size=1, max_size=12),
    word=st.text("路灯Ab%_'\\𠮷", min_size=1, max_size=2),
)
def test_search_is_what_a_person_would_do_by_eye(village, text, word):
    if not text.strip():
        return
    number = write(village, text)
    lower = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
    by_eye = word.translate(lower) in text.strip().translate(lower)
    assert (number in found(village.cadre, search=word)) == by_eye
    remove_entry(village.cadre, number)


def test_entries_are_found_by_person_place_period_and_kind(village):
    person = village.grandma.person_ids[0]
    one = write(village, "孙奶奶家", links=[("person", str(person)), ("household", str(village.grandma.id))])
    two = write(village, "去年的事", day=date(2025, 5, 1), area_code=GRID, kind="community")
    assert found(village.cadre, person_id=person) == [one]
    assert found(village.cadre, household_id=village.grandma.id) == [one]
    assert found(village.cadre, area_code=GRID) == [two]
    assert found(village.cadre, since=date(2025, 1, 1), until=date(2025, 12, 31)) == [two]
    assert found(village.cadre, kind="community") == [two]
    assert found(village.cadre) == [one, two]
    assert list_entries(village.cadre, Wanted(), page=2, page_size=1)[1] == 2


# --- who is meant


def test_names_are_offered_and_never_forced(village):
    text = "到赵大山家，他爱人钱小梅说一村第一网格的路灯坏了"
    number = write(village, text)
    offered = [(each.kind, each.word) for each in recognise(village.cadre, text, VILLAGE)]
    assert offered == [("person", "赵大山"), ("person", "钱小梅"), ("area", "一村第一网格")]
    assert entry(village.cadre, number).links == ()
    link_entry(village.cadre, number, kind="person", target=str(village.house.person_ids[0]))
    link_entry(village.cadre, number, kind="person", target=str(village.house.person_ids[0]))
    (link,) = entry(village.cadre, number).links
    assert link.title == "赵大山"
    known = [(link.kind, link.target)]
    assert "赵大山" not in [each.word for each in recognise(village.cadre, text, VILLAGE, known)]
    unlink_entry(village.cadre, number, kind="person", target=link.target)
    assert entry(village.cadre, number).links == ()
    with pytest.raises(NotYourEntry):
        link_entry(village.secretary, number, kind="area", target=GRID)


def settle(*names, **more):
    """A household for each name."""
    heads = [PersonRow(name, is_head=True, **more) for name in names]
    doors = [HouseholdRow(VILLAGE, f"n{number}", persons=[head]) for number, head in enumerate(heads)]
    bulk_insert_households(operator(), doors)


def test_a_name_inside_a_longer_one_is_not_meant(village):
    settle("张三", "张三丰", "张三")
    assert [each.word for each in recognise(village.cadre, "张三丰家漏雨", VILLAGE)] == ["张三丰"]
    both = recognise(village.cadre, "张三丰和张三吵架", VILLAGE)
    assert [each.word for each in both] == ["张三丰", "张三", "张三"], "two of one name are both offered"


def test_a_number_in_the_text_tells_who_is_meant(village):
    settle("王有号", citizen_id=ID_NUMBER)
    text = f"{ID_NUMBER} 这位的低保"
    offered = recognise(village.cadre, text, VILLAGE)
    assert [(each.kind, each.title) for each in offered] == [("person", "王有号")]
    assert recognise(village.stranger, text, FAR_VILLAGE) == []


def test_nobody_of_another_area_is_offered(village):
    assert recognise(village.stranger, "赵大山", VILLAGE) == []
    assert recognise(village.chief, "赵大山说路灯坏了", VILLAGE)[0].word == "赵大山"


# --- problems to the end


def test_a_problem_becomes_a_case_and_the_entry_tells_how_it_ended(village, actor):
    person = village.grandma.person_ids[0]
    number = write(village, "孙奶奶家门口路灯坏了", links=[("person", str(person))])
    case_id = raise_problem(village.cadre, number, Problem(person_id=person))
    filed = case(village.cadre, case_id)
    assert (filed.text, filed.subject, filed.person_name, filed.on_behalf) == (
        "孙奶奶家门口路灯坏了",
        f"diary_entry:{number}",
        "孙奶奶",
        True,
    )
    assert entry_of_case(village.secretary, case_id) == number
    accept_case(village.secretary, case_id)
    start_case(village.secretary, case_id)
    assert [row.state for row in outcomes(village.cadre, number)] == ["in_progress"]
    resolve_case(village.secretary, case_id, outcome="solved", answer="换了新灯")
    grandma = actor("resident", VILLAGE, person_id=person)
    rate_case(grandma, case_id, thumb="up", solved=True, note="亮堂了")
    (row,) = outcomes(village.cadre, number)
    assert (row.answer, row.thumb, row.rating_note) == ("换了新灯", "up", "亮堂了")
    with pytest.raises(EntryHasCase):
        remove_entry(village.cadre, number)


def test_an_entry_may_hold_several_and_one_settled_on_the_spot(village):
    number = write(village, "路灯坏了；水管漏水")
    raise_problem(village.cadre, number, Problem(text="路灯坏了", place="村口"))
    raise_problem(village.cadre, number, Problem(text="水管漏水", solved_on_spot=True, answer="换了垫圈"))
    rows_ = outcomes(village.cadre, number)
    assert [(row.text, row.on_the_spot) for row in rows_] == [("路灯坏了", False), ("水管漏水", True)]
    assert entry(village.secretary, number).cases == 2


def test_a_private_note_stays_private_when_its_problem_is_raised(village):
    number = write(village, "他不愿别人知道，但灶台真的危险", state="private")
    with pytest.raises(Invalid):
        raise_problem(village.cadre, number, Problem())
    case_id = raise_problem(village.cadre, number, Problem(text="灶台有安全隐患"))
    assert case(village.secretary, case_id).text == "灶台有安全隐患"
    assert entry_of_case(village.secretary, case_id) is None
    assert entry_of_case(village.cadre, case_id) == number


def test_a_case_says_no_more_than_the_entry_says_to_others(village):
    number = write(village, f"{ID_NUMBER} 的医保断了，电话 {PHONE}")
    told = case(village.secretary, raise_problem(village.cadre, number, Problem())).text
    assert ID_NUMBER not in told
    assert PHONE not in told
    assert "的医保断了" in told


def test_only_the_author_raises_a_problem(village):
    number = write(village, "路灯坏了")
    with pytest.raises(NotYourEntry):
        raise_problem(village.secretary, number, Problem())
    with pytest.raises(NotFound):
        raise_problem(village.stranger, number, Problem())


# --- a household's years: the three entries of 1998 that document 002 quotes


def test_the_entries_of_1998_stand_on_one_timeline(village):
    household, person = village.grandma.id, village.grandma.person_ids[0]
    told = (
        (date(1998, 3, 23), "丈夫去世两年多，本人瘫痪，女儿 13 岁，家庭无经济收入来源，应重点照顾"),
        (date(1998, 4, 27), "发动乡干部捐款，每月照顾大米 30 斤"),
        (date(1998, 10, 15), "除大米外，再不定期照顾资金 50 元至 100 元"),
    )
    for day, text in (told[1], told[0], told[2]):
        write(village, text, day=day, links=[("household", str(household)), ("person", str(person))])
    write(village, "今年又去看她", links=[("household", str(household))])
    years = household_timeline(village.secretary, household)
    assert [moment.day for moment in years] == [today(), *[day for day, _ in reversed(told)]]
    assert [moment.entry.text for moment in person_timeline(village.cadre, person)] == [
        text for _, text in reversed(told)
    ]
    assert household_timeline(village.stranger, household) == []
    assert found(village.cadre, household_id=household, until=date(1998, 12, 31), search="大米") == [3, 1]


def test_a_cadre_who_left_leaves_entries_that_can_be_read(village, account):
    number = write(village, "走之前写的")
    disable_account(operator(), village.cadre.account_id)
    assert entry(village.secretary, number).account_name


def test_figures_of_the_county_stay_within_it(village):
    write(village, "一村", day=today())
    inside = list(published_texts(village.chief.scope("diary.view"), today(), today()))
    outside = list(published_texts(village.stranger.scope("diary.view"), today(), today()))
    assert ([row[3] for row in inside], outside) == (["一村"], [])
    assert COUNTY_CODE == "341504"
