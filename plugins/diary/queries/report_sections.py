"""The chapters of an analysis report, one function each; every number names where its rows are.

A chapter is a function of a period that gives a Section, or None where it has nothing to say. To add one,
write such a function and put it into SECTIONS.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from peewee import SQL, Case, fn

from core.cases.api import Figures, added, figures_by_area_and_kind, kind_title
from core.db import rows
from core.text import N_
from plugins.diary.lines import lines
from plugins.diary.models.entries import Entry
from plugins.diary.models.visits import Care, Visit
from plugins.diary.queries.index import month_days
from plugins.diary.queries.report_period import TOWN_DIGITS, VILLAGE_DIGITS, Period, labels
from plugins.diary.queries.report_topics import topics
from plugins.diary.queries.report_typical import typical
from plugins.diary.queries.words import LEAST, HotWords, hot_words
from plugins.diary.report_shape import Cell, Fact, Link, Row, Section, Table
from plugins.diary.words import KINDS, PUBLISHED

# A table of a county's villages shows so many; towns are shown whole.
MOST_ROWS, MOST_WORDS, MOST_RISING = 20, 20, 10
# What is among the words of so many months on end keeps coming back.
MONTHS_ON_END = 3
_ANYWHERE = "which households of the report's area were visited, wherever they stood then"


def _link(what: str, **more: str) -> Link:
    return {"what": what, **{name: value for name, value in more.items() if value}}


def _village() -> object:
    # Written out: PostgreSQL takes the same expression with two parameters for two expressions.
    return SQL(f"SUBSTR(t1.area_code, 1, {VILLAGE_DIGITS})")


def visits(period: Period) -> Section:
    """Visits of the month by kind of posting and by place; what was settled at the door."""
    head = _village()
    query = (
        Visit.within(
            period.scope,
            head,
            Visit.kind,
            fn.COUNT(Visit.id),
            fn.COUNT(Visit.household_id),
            fn.SUM(Visit.solved),
        )
        .where((Visit.day >= period.since) & (Visit.day <= period.until))
        .group_by(SQL("1"), Visit.kind)
    )
    found = [(code, kind, count, doors, int(solved or 0)) for code, kind, count, doors, solved in rows(query)]
    total, solved = sum(row[2] for row in found), sum(row[4] for row in found)
    households = sum(row[3] for row in found)
    by_kind = Counter[str]()
    by_place: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for code, kind, count, doors, settled in found:
        by_kind[kind] += count
        line = by_place[period.place(code)]
        for place, value in enumerate((doors, count - doors, settled)):
            line[place] += value
    return Section(
        "visits",
        N_("走访情况"),
        facts=(
            Fact("visits", N_("走访次数"), total, link=_link("visits")),
            Fact(
                "household_visits", N_("走访农户（户次）"), households, total, _link("visits", to="household")
            ),
            Fact(
                "establishment_visits",
                N_("走访市场主体（次）"),
                total - households,
                total,
                _link("visits", to="establishment"),
            ),
            *(
                Fact(f"visits_{kind}", title, by_kind[kind], total, _link("visits", kind=kind))
                for kind, title in KINDS.items()
            ),
            Fact("solved_at_visits", N_("走访时当场解决（件）"), solved, link=_link("visits", solved="1")),
        ),
        tables=_placed(
            period,
            N_("各地走访"),
            (N_("走访农户（户次）"), N_("走访市场主体（次）"), N_("当场解决（件）")),
            {
                code: (
                    Cell(doors, link=_link("visits", to="household", code=code)),
                    Cell(shops, link=_link("visits", to="establishment", code=code)),
                    Cell(settled, link=_link("visits", solved="1", code=code)),
                )
                for code, (doors, shops, settled) in by_place.items()
            },
        ),
    )


def coverage(period: Period) -> Section:
    """The round of the year up to the end of the month: households visited since 1 January, of all."""
    visited = Visit.unscoped(_ANYWHERE, Visit.household_id).where(
        (Visit.day >= period.year) & (Visit.day <= period.until) & Visit.household_id.is_null(False)
    )
    query = Care.within(
        period.scope,
        _village(),
        fn.COUNT(Care.household_id),
        fn.SUM(Case(None, [(Care.household_id.in_(visited), 1)], 0)),
    ).group_by(SQL("1"))
    places: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    villages: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, doors, done in rows(query):
        for line in (places[period.place(code)], villages[period.village(code)]):
            line[0] += doors
            line[1] += int(done or 0)
    doors, done = (sum(line[place] for line in places.values()) for place in (0, 1))
    tables = _placed(
        period,
        N_("各地走访覆盖"),
        (N_("已走访户"), N_("未走访户")),
        {code: _covered(code, line) for code, line in places.items()},
    )
    if period.digits == TOWN_DIGITS:
        least = sorted(villages.items(), key=lambda each: (-(each[1][0] - each[1][1]), each[0]))[:MOST_ROWS]
        least = [(code, line) for code, line in least if line[0] > line[1]]
        names = labels(code for code, _ in least)
        lines = tuple(Row(names[code], _covered(code, line)) for code, line in least)
        head = (N_("地区"), N_("已走访户"), N_("未走访户"))
        tables = (*tables, Table(N_("未走访户最多的村社"), head, lines)) if lines else tables
    return Section(
        "coverage",
        N_("走访覆盖"),
        facts=(
            Fact("visited", N_("今年已走访户"), done, doors, _link("visited")),
            Fact("unvisited", N_("今年还没有走访的户"), doors - done, doors, _link("unvisited")),
        ),
        tables=tables,
        note=N_("覆盖自 1 月 1 日起计算；户数按撰写报告当日的户籍。"),
    )


def _covered(code: str, line: list[int]) -> tuple[Cell, Cell]:
    doors, done = line
    return (
        Cell(done, doors, _link("visited", code=code)),
        Cell(doors - done, link=_link("unvisited", code=code)),
    )


def entries(period: Period) -> Section:
    """Published entries by kind, line and place."""
    head = _village()
    query = (
        Entry.within(period.scope, head, Entry.kind, Entry.line, fn.COUNT(Entry.id), fn.SUM(Entry.cases))
        .where(
            (Entry.state == PUBLISHED)
            & Entry.removed_at.is_null()
            & (Entry.day >= period.since)
            & (Entry.day <= period.until)
        )
        .group_by(SQL("1"), Entry.kind, Entry.line)
    )
    by_kind, by_line, by_place = Counter[str](), Counter[str](), Counter[str]()
    problems = 0
    for code, kind, line, count, cases in rows(query):
        by_kind[kind] += count
        by_line[line] += count
        by_place[period.place(code)] += count
        problems += int(cases or 0)
    total = sum(by_kind.values())
    return Section(
        "entries",
        N_("民情日记"),
        facts=(
            Fact("entries", N_("公开的日记（篇）"), total, link=_link("entries")),
            *(
                Fact(f"entries_{kind}", title, by_kind[kind], total, _link("entries", kind=kind))
                for kind, title in KINDS.items()
            ),
            *(
                Fact(f"entries_{line}", title, by_line[line], total, _link("entries", line=line))
                for line, title in lines().items()
            ),
            Fact(
                "entry_problems", N_("日记问题转为事项（件）"), problems, link=_link("entries", problems="1")
            ),
        ),
        tables=_placed(
            period,
            N_("各地日记"),
            (N_("日记（篇）"),),
            {code: (Cell(count, total, _link("entries", code=code)),) for code, count in by_place.items()},
        ),
    )


def words(period: Period) -> Section | None:
    """Hot words of the month, and those that rise against as many days before."""
    found = hot_words(period.scope, period.area_code, period.since, period.until)
    if not found.words:
        return None
    rising = sorted((each for each in found.words if each.rise > 0), key=lambda each: (-each.rise, each.word))
    head = (N_("词"), N_("多少篇日记提到"), N_("上一时段"), N_("上升"))
    return Section(
        "words",
        N_("民情热词"),
        tables=(
            Table(N_("提得最多的"), head, _word_rows(found, found.words[:MOST_WORDS])),
            Table(N_("上升最快的"), head, _word_rows(found, rising[:MOST_RISING])),
        ),
        note=N_("“上升”是比照上一时段的比例多出来的篇数。人名和证件号不作为词。"),
    )


def _word_rows(found: HotWords, chosen: Iterable[object]) -> tuple[Row, ...]:
    before = {
        "since": found.since_before.isoformat(),
        "until": (found.since - timedelta(days=1)).isoformat(),
    }
    kept = {each.word: each for each in found.words}
    return tuple(
        Row(
            word,
            (
                Cell(kept[word].entries, found.entries, _link("word", word=word)),
                Cell(kept[word].before, found.entries_before, _link("word", word=word, **before)),
                Cell(kept[word].rise, link=_link("word", word=word)),
            ),
        )
        for word in (getattr(each, "word", "") for each in chosen)
    )


def problems(period: Period) -> Section:
    """Cases reported in the month, by kind and place; those solved on the spot apart from the rest."""
    found = figures_by_area_and_kind(period.scope, period.since, period.until, digits=VILLAGE_DIGITS)
    whole = added(found.values())
    by_kind: dict[str, list[Figures]] = defaultdict(list)
    by_place: dict[str, list[Figures]] = defaultdict(list)
    for (code, kind), figures in found.items():
        by_kind[kind].append(figures)
        by_place[period.place(code)].append(figures)
    kept, later = whole.received - whole.cancelled, _later(whole)
    head = (N_("收到"), N_("办结"), N_("满意"), N_("超期"))
    kinds = sorted(by_kind, key=lambda kind: (-added(by_kind[kind]).received, kind))
    return Section(
        "problems",
        N_("问题办理"),
        facts=(
            Fact("problems", N_("收到的事项（件）"), whole.received, link=_link("cases")),
            Fact("resolved", N_("办结"), whole.answered, kept, _link("cases", fact="answered")),
            Fact(
                "on_the_spot", N_("其中当场解决"), whole.on_the_spot, kept, _link("cases", fact="on_the_spot")
            ),
            Fact(
                "resolved_later",
                N_("当场解决以外的办结"),
                whole.answered - whole.on_the_spot,
                later,
                _link("cases", fact="answered"),
            ),
            Fact("satisfied", N_("满意"), whole.satisfied, whole.rated, _link("cases", fact="satisfied")),
            Fact("overdue", N_("曾经超期"), whole.overdue, whole.received, _link("cases", fact="overdue")),
            Fact("open", N_("还在办理"), whole.open, kept, _link("cases", fact="open")),
            Fact(
                "cancelled", N_("已撤销"), whole.cancelled, whole.received, _link("cases", fact="cancelled")
            ),
        ),
        tables=(
            *(
                (
                    Table(
                        N_("各类事项"),
                        (N_("种类"), *head),
                        tuple(
                            Row(kind_title(kind), _case_cells(added(by_kind[kind]), kind=kind))
                            for kind in kinds
                        ),
                    ),
                )
                if kinds
                else ()
            ),
            *_placed(
                period,
                N_("各地事项"),
                head,
                {code: _case_cells(added(parts), code=code) for code, parts in by_place.items()},
            ),
        ),
        note=N_("办结率 = 办结 ÷（收到 − 撤销）；满意率以评价过的为分母。"),
    )


def _later(figures: Figures) -> int:
    return figures.received - figures.cancelled - figures.on_the_spot


def _case_cells(figures: Figures, **where: str) -> tuple[Cell, ...]:
    return (
        Cell(figures.received, link=_link("cases", **where)),
        Cell(
            figures.answered,
            figures.received - figures.cancelled,
            _link("cases", fact="answered", **where),
        ),
        Cell(figures.satisfied, figures.rated, _link("cases", fact="satisfied", **where)),
        Cell(figures.overdue, figures.received, _link("cases", fact="overdue", **where)),
    )


def returning(period: Period) -> Section | None:
    """Words that are among those of this month and the two before: what keeps coming back."""
    months = [(period.since, period.until)]
    for _ in range(MONTHS_ON_END - 1):
        first, last = month_days(f"{months[-1][0] - timedelta(days=1):%Y-%m}")
        months.append((first, last))
    counted = [hot_words(period.scope, period.area_code, *days) for days in months]
    found = [{each.word: each.entries for each in month.words} for month in counted]
    stays = [word for word in found[0] if all(month.get(word, 0) >= LEAST for month in found[1:])]
    if not stays:
        return None
    stays.sort(key=lambda word: (-sum(month[word] for month in found), word))
    order = range(MONTHS_ON_END - 1, -1, -1)
    return Section(
        "returning",
        N_("反复出现的问题"),
        tables=(
            Table(
                N_("连续三个月都在提的"),
                (N_("词"), *(f"{months[place][0]:%Y-%m}" for place in order)),
                tuple(
                    Row(
                        word,
                        tuple(
                            Cell(
                                found[place][word],
                                counted[place].entries,
                                _link(
                                    "word",
                                    word=word,
                                    since=months[place][0].isoformat(),
                                    until=months[place][1].isoformat(),
                                ),
                            )
                            for place in order
                        ),
                    )
                    for word in stays[:MOST_RISING]
                ),
            ),
        ),
        note=N_("一件事反复出现，往往是一类事，宜研究一并解决。"),
    )


def _placed(
    period: Period, title: str, head: tuple[str, ...], cells: Mapping[str, tuple[Cell, ...]]
) -> tuple[Table, ...]:
    """A table by place, in the order of codes, with a note where merged places are counted."""
    if not cells:
        return ()
    old = {code: period.merged_into(code) for code in cells}
    names = labels({*cells, *(each for group in old.values() for each in group)})
    lines = tuple(
        Row(names[code], cells[code], "、".join(names[each] for each in old[code])) for code in sorted(cells)
    )
    return (Table(title, (N_("地区"), *head), lines),)


# In the order of the report: title and function. Whoever adds a chapter adds it here.
SECTIONS: tuple[tuple[str, Callable[[Period], Section | None]], ...] = (
    (N_("走访情况"), visits),
    (N_("走访覆盖"), coverage),
    (N_("民情日记"), entries),
    (N_("民情热词"), words),
    (N_("问题办理"), problems),
    (N_("反复出现的问题"), returning),
    (N_("一类事"), topics),
    (N_("典型日记"), typical),
)
