"""Typical entries of a month, without names: those that say most of what is said most."""

from collections import Counter

from core.cases.api import without_names
from core.county import county
from core.db import rows
from core.people.api import known_names
from core.scope import AreaScope
from core.text import N_
from plugins.diary.models.entries import Entry
from plugins.diary.models.words import EntryWords
from plugins.diary.queries.report_period import Period, labels
from plugins.diary.report_shape import Section, Text

MOST_TEXTS, MOST_WORDS, _LONGEST = 5, 20, 200
# Names are two to four signs long.
_SHORTEST_NAME, _LONGEST_NAME = 2, 4
# What a name begins with in everyday speech, and words that the dictionary takes for names all the same.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧司上诸东皇尉"
    "公令宇长慕小阿老施俞楼童应裘竺屠严倪翁柳黎骆娄章祝骆葛储项管焦柴"
)
_NO_NAMES = frozenset(
    {"毛竹", "毛巾", "孙女", "孙子", "老伴", "老汉", "小路", "小店", "高山", "白天", "石路", "方便"}
)
_READ = "of entries that are published"


def typical(period: Period) -> Section | None:
    """At most five, each from another village: those with most of the month's twenty most used words."""
    column = EntryWords.area_code
    query = EntryWords.within(period.scope, EntryWords.entry_id, column, EntryWords.words).where(
        (EntryWords.day >= period.since) & (EntryWords.day <= period.until)
    )
    found = [(key, code, frozenset(said.split())) for key, code, said in rows(query)]
    counts: Counter[str] = Counter()
    for _, _, said in found:
        counts.update(said)
    often = {word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_WORDS]}
    found.sort(key=lambda each: (-len(each[2] & often), each[0]))
    chosen: dict[str, int] = {}
    for key, code, said in found:
        if said & often:
            chosen.setdefault(period.village(code), key)
        if len(chosen) == MOST_TEXTS:
            break
    texts = dict(rows(Entry.unscoped(_READ, Entry.id, Entry.text).where(Entry.id.in_(list(chosen.values())))))
    if not texts:
        return None
    names = labels(chosen)
    return Section(
        "typical",
        N_("典型日记"),
        texts=tuple(
            Text(
                names[village],
                nameless(texts[key][: 2 * _LONGEST])[:_LONGEST],
                {"what": "entry", "id": str(key)},
            )
            for village, key in chosen.items()
            if key in texts
        ),
        note=N_("姓名已隐去，证件号和电话不出现。"),
    )


def _beginning(text: str) -> str:
    # More is looked through than is kept, so that no name is cut in two before it is found.
    return nameless(text[: 2 * _LONGEST])[:_LONGEST]


def nameless(text: str) -> str:
    """A text without ID numbers, phones and names: those of the county's register, and what reads like one.

    A word that happens to be somebody's name is lost too: that is the safe side.
    """
    pieces = {
        text[start : start + length]
        for length in range(_SHORTEST_NAME, _LONGEST_NAME + 1)
        for start in range(len(text) - length + 1)
    }
    everywhere = AreaScope((county().settings.county_code,))
    known = known_names(everywhere, [each for each in sorted(pieces) if each.isalpha()]) if pieces else set()
    return without_names(text, {*known, *_read_as_names(text)})


def _read_as_names(text: str) -> set[str]:
    import rjieba  # its dictionary takes a second of a core: no web process needs it

    tagged = rjieba.Jieba().tag(text)
    return {
        word
        for word, tag in tagged
        if tag == "nr"
        and _SHORTEST_NAME <= len(word) <= _LONGEST_NAME
        and word[0] in _SURNAMES
        and word not in _NO_NAMES
    }
