"""The diary at county scale: 36,355 entries of a year, 47,600 visits; with --large ten times the entries."""

import io
import resource
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.figures import Rounds, Row, Run
from bench.inside import measure_pages, opened_app
from core.accounts.api import operator
from core.cli.context import opened_with_plugins
from core.clock import today
from core.county import county
from core.db import advance_ids, insert_rows, milliseconds, rows, unit_of_work
from core.scope import AreaScope
from plugins.diary.models.entries import Entry
from plugins.diary.models.topics import Topic, TopicApart, TopicEntry
from plugins.diary.queries.care import list_due, soon
from plugins.diary.queries.reports import report
from plugins.diary.queries.topic_members import passages_since
from plugins.diary.queries.words import hot_words
from plugins.diary.report_word import make_word
from plugins.diary.services.care import refresh_all
from plugins.diary.services.reports import ask_report, write_reports
from plugins.diary.services.topic_search import find_topics
from plugins.diary.services.words import cut_entries

SEARCHES = (
    ("admin", "/diary/entries?q=%E8%B7%AF%E7%81%AF"),  # 路灯: in every twentieth
    ("admin", "/diary/entries?q=%E7%81%AF"),  # 灯
    ("admin", "/diary/entries?q=%E9%B2%B8%E9%B1%BC"),  # 鲸鱼: in none
    ("admin", "/diary/entries?q=%E6%A8%A1"),  # 模: in every one
    ("admin", "/diary/entries?q=%E6%A8%A1%E6%8B%9F"),  # 模拟: in every one
    ("admin", "/diary/entries?q=%E6%A8%A1%E6%8B%9F%EF%BC%89"),  # 模拟）: in every one, looked up in the texts
    ("admin", "/diary/entries?q=%E6%85%A2%E6%80%A7%E7%97%85%E8%AF%81"),  # 慢性病证
    ("admin", "/diary/entries?q=%E8%80%81%E4%BA%BA+%E8%B7%AF%E7%81%AF"),  # 老人 and 路灯: never both
    ("admin", "/diary/entries?q=%E6%A8%A1+%E8%B7%AF%E7%81%AF"),  # 模 and 路灯: in every twentieth
    ("admin", "/diary/entries?q=%E7%9A%84&kind=enterprise"),  # 的, where nothing is
    ("secretary", "/diary/entries?q=%E7%81%AF"),
)
PAGES = (
    ("admin", "/diary/entries"),
    ("admin", "/diary/entries?page=50"),
    ("admin", "/diary/visits"),
    ("admin", "/diary/rounds"),
    ("admin", "/diary/words"),
    ("admin", "/diary/topics"),
    ("admin", "/diary/cockpit"),
    ("admin", "/diary/cockpit.json"),
    ("admin", "/diary/reports"),
    ("admin", "/diary/meetings"),
    ("admin", "/diary/meetings?page=50"),
    ("admin", "/diary/meetings?q=%E8%B7%AF%E7%81%AF"),
    ("admin", "/diary/meetings?state=held&kind=reply"),
    ("admin", "/diary/meetings/1"),
    ("admin", "/diary/works"),
    ("admin", "/diary/works?page=50"),
    ("admin", "/diary/duties"),
    ("secretary", "/diary/meetings"),
    ("resident", "/diary/village-meetings"),
    ("cadre", "/diary/due"),
    ("cadre", "/diary/due?tab=unvisited"),
    ("cadre", "/diary/route"),
    ("cadre", "/diary/mine"),
)
SEARCH_MS = 100
BARE, CUT, MONTH, YEAR = "bare rjieba", "cutting new entries", "hot words of a month", "hot words of a year"
NIGHT, DUE, SCAN = "reckoning who is due", "who is due in the county", "bare search through all texts"
BARE_DUE = "bare sqlite3: how many are due, and the first twenty"
TOPICS, VECTORS = "topics of a year, found and kept", "bare TfidfVectorizer over words cut before"
FIGURES, WORD, RENDER = "figures of a month's report", "report with its Word file", "bare docxtpl render"
_ALL = "a benchmark over all entries"


def measure(run: Run) -> list[Row]:
    """P13, and what the diary promises of search, hot words and who is due."""
    found = Rounds()
    with opened_with_plugins(run.county):
        count = _entries(run)
        for _ in range(run.rounds):
            _inside(run, found, run.county)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    run.say(f"diary of {count} entries")
    with opened_app(run.county) as app:
        pages = measure_pages(app, SEARCHES, run, Rounds(), most_ms=SEARCH_MS)
        pages += measure_pages(app, PAGES, run, Rounds())
    found.add("memory", peak)
    return [
        found.row(BARE, "s", baseline=f"rjieba.cut over {count} entries"),
        found.row(CUT, "s", baseline="names left out, words kept"),
        found.row(YEAR, "s"),
        found.ratio(
            "P13 cutting and counting a year / bare rjieba", "cut and count", BARE, "<= 3, then <= 1.6"
        ),
        found.row(MONTH, "s", "<= 1"),
        found.row(VECTORS, "s", baseline="scikit-learn alone"),
        found.row(TOPICS, "s", "<= 60" if run.large else "<= 10"),
        found.row(NIGHT, "s", baseline="every household of the county"),
        found.row(DUE, "ms", "<= 300"),
        found.row(BARE_DUE, "ms", baseline="without names and reasons"),
        found.row(SCAN, "ms", baseline="LIKE in bare sqlite3"),
        found.row(FIGURES, "s", baseline="all chapters, frozen with their hash"),
        found.row(WORD, "s", "<= 10"),
        found.row(RENDER, "s", baseline="the same template and words, in process"),
        found.ratio("report with its Word file / bare docxtpl render", WORD, RENDER),
        found.row("memory", "MiB", "<= 500"),
        *pages,
    ]


def _inside(run: Run, found: Rounds, data: Path) -> None:
    code = county().settings.county_code
    everywhere = AreaScope((code,))
    with unit_of_work(housekeeping="a benchmark cuts all entries again"):
        Entry.update(version=Entry.version + 1).execute()
    cut = _seconds(cut_entries)
    year = _seconds(lambda: hot_words(everywhere, code, today() - timedelta(days=364), today()))
    found.add(CUT, cut)
    found.add(YEAR, year)
    found.add("cut and count", cut + year)
    found.add(MONTH, _seconds(lambda: hot_words(everywhere, code, today() - timedelta(days=29), today())))
    found.add(BARE, _seconds(_bare_cut))
    found.add(VECTORS, _seconds(_bare_vectors))
    with unit_of_work(housekeeping="a benchmark finds all topics again"):
        for model in (Topic, TopicEntry, TopicApart):
            model.delete().execute()
    found.add(TOPICS, _seconds(find_topics))
    found.add(NIGHT, _seconds(refresh_all))
    found.add(DUE, 1000 * _seconds(lambda: list_due(everywhere, code)))
    found.add(BARE_DUE, 1000 * _seconds(lambda: _bare_due(data)))
    _report(found)
    found.add(SCAN, 1000 * _seconds(lambda: _bare_search(data)))


def _report(found: Rounds) -> None:
    """A report of last month from the asking to the Word file, beside rendering the same words alone."""
    chief, code = operator(), county().settings.county_code
    month = f"{today().replace(day=1) - timedelta(days=1):%Y-%m}"
    began = time.perf_counter()
    number = ask_report(chief, code, month)
    write_reports()
    found.add(FIGURES, time.perf_counter() - began)
    view = report(chief, number)
    make_word(None, view.context(), view.at)
    found.add(WORD, time.perf_counter() - began)
    template, words = make_word(None, None, view.at), view.context()
    found.add(RENDER, _seconds(lambda: _bare_render(template, words)))


def _bare_render(template: bytes, words: dict[str, Any]) -> None:
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(template))
    document.render(words, autoescape=True)
    document.save(io.BytesIO())


def _seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _bare_cut() -> None:
    import rjieba

    for (text,) in rows(Entry.unscoped(_ALL, Entry.text)):
        rjieba.cut(text)


def _bare_vectors() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    lines = (line for _, _, line in passages_since(today() - timedelta(days=364)))
    TfidfVectorizer(analyzer=str.split, lowercase=False).fit_transform(lines)


def _bare_due(data: Path) -> None:
    due = f"FROM diary_care WHERE due_on <= '{soon():%Y-%m-%d}'"
    with closing(sqlite3.connect(data / "gridgov.db")) as connection:
        connection.execute(f"SELECT COUNT(*) {due}").fetchone()
        connection.execute(f"SELECT * {due} ORDER BY due_on, household_id LIMIT 20").fetchall()


def _bare_search(data: Path) -> None:
    with closing(sqlite3.connect(data / "gridgov.db")) as connection:
        connection.execute("SELECT count(*) FROM diary_entry WHERE text LIKE '%鲸鱼%'").fetchone()


def _entries(run: Run) -> int:
    """How many there are; with --large each is told nine times more, on other days of the year."""
    count = int(Entry.unscoped(_ALL).count())
    if not run.large:
        return count
    columns = ("area_code", "account_id", "kind", "day", "text", "state", "created_at", "updated_at")
    kept = [getattr(Entry, name) for name in columns]
    first = [tuple(_plain(value) for value in row) for row in rows(Entry.unscoped(_ALL, *kept))]
    with unit_of_work(housekeeping="a benchmark writes more entries"):
        for _ in range(9):
            insert_rows(Entry, columns, first)
        advance_ids(Entry)
    _more_signs(run.county, count)
    return 10 * count


def _more_signs(data: Path, count: int) -> None:
    """Of each copy the signs of its original, in the order of the key."""
    with closing(sqlite3.connect(data / "gridgov.db", isolation_level=None)) as connection:
        assert connection.execute("SELECT MAX(id) FROM diary_entry").fetchone() == (10 * count,)
        for copy in range(1, 10):
            connection.execute(
                "INSERT INTO diary_entry_sign "
                "SELECT sign, day, entry_id + ?, area_code, kind FROM diary_entry_sign WHERE entry_id <= ?",
                (copy * count, count),
            )


def _plain(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return milliseconds(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
