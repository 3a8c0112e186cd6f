"""What several villages have in common (一类事), as a chapter of the analysis report."""

from collections import Counter
from datetime import datetime, time, timedelta

from core.clock import CHINA
from core.text import N_
from plugins.diary.models.topics import Topic
from plugins.diary.queries.report_period import Period
from plugins.diary.report_shape import Cell, Fact, Row, Section, Table
from plugins.diary.words import CONFIRMED, DECLINED, ENDED, PROPOSED

MOST_TOPICS = 10


def topics(period: Period) -> Section | None:
    """Topics that were found by the month's end and that nobody declined; those of most villages first."""
    end = datetime.combine(period.until + timedelta(days=1), time(), CHINA)
    query = Topic.within(period.scope).where((Topic.state != DECLINED) & (Topic.found_at < end))
    found = list(query.order_by(Topic.villages.desc(), Topic.entries.desc(), Topic.id))
    if not found:
        return None
    states = Counter(row.state for row in found)
    return Section(
        "topics",
        N_("一类事"),
        facts=tuple(
            Fact(name, title, states[state], len(found), {"what": "topics", "state": state})
            for name, title, state in (
                ("topics_proposed", N_("待确认的一类事"), PROPOSED),
                ("topics_confirmed", N_("正在一并办理的一类事"), CONFIRMED),
                ("topics_ended", N_("已有结果的一类事"), ENDED),
            )
        ),
        tables=(
            Table(
                N_("涉及村社最多的"),
                (N_("一类事"), N_("村社"), N_("日记（篇）")),
                tuple(
                    Row(
                        row.title,
                        tuple(
                            Cell(number, link={"what": "topic", "id": str(row.id)})
                            for number in (row.villages, row.entries)
                        ),
                    )
                    for row in found[:MOST_TOPICS]
                ),
            ),
        ),
        note=N_("多个村社的日记说到同一个需要，由人确认后一并办理。"),
    )
