"""How well one need is told from another, on a labelled set; the order of entries has no meaning."""

import random

import pytest

from plugins.diary.topic_finding import find
from plugins.diary.wording import Meanings, Wording, shipped_needs
from tests.plugins.diary.labelled import REPORT, TUNE, labelled, precision_and_recall


@pytest.fixture(scope="module")
def wording():
    """Without a county's own words."""
    return Wording()


def passages_of(told, wording):
    return [
        (entry, f"v{entry % 40}", line)
        for entry, each in enumerate(told)
        for line in wording.cut(each.text)[1]
    ]


def look(passages, needs=None, **more):
    return find(
        passages, shipped_needs() if needs is None else needs, **{"likeness": 50, "villages": 3} | more
    )


@pytest.mark.parametrize(("half", "precision", "recall"), [(TUNE, 0.9, 0.8), (REPORT, 0.88, 0.65)])
def test_it_finds_what_belongs_together(wording, half, precision, recall):
    """Floors somewhat below what is measured (README.md); nothing was tuned on the reporting half."""
    told = labelled(half)
    found = [set(group.entries) for group in look(passages_of(told, wording))]
    right, complete, pairs = precision_and_recall(told, found)
    assert pairs > 1_000
    assert right >= precision
    assert complete >= recall


def test_hard_cases_are_there():
    told = labelled(TUNE) + labelled(REPORT)
    assert len(told) > 400
    assert max(len(each.text) for each in told) > 3_000
    assert sum(len(each.needs) == 2 for each in told) > 40
    assert all(any(sign in each.text for each in told) for sign in "龑㙓𠮷😡")
    assert not {need for each in labelled(TUNE) for need in each.needs} & {
        need for each in labelled(REPORT) for need in each.needs
    }


def test_needs_that_no_list_names_are_found_by_their_words():
    said = ("渡船 停航 对岸 学生", "渡船 停航 对岸 老人", "渡船 停航 对岸 等到")
    chat = ("天气 不错", "打球 赢了", "看戏 热闹")
    passages = [(n, f"v{n}", line) for n, line in enumerate((*said, *chat))]
    (group,) = look(passages, {})
    assert sorted(group.entries) == [0, 1, 2]
    assert group.words[:3] == ("停航", "对岸", "渡船")


def test_the_order_in_which_entries_come_has_no_meaning(wording):
    passages = passages_of(labelled(TUNE), wording)
    first = look(passages)
    for seed in range(3):
        shuffled = list(passages)
        random.Random(seed).shuffle(shuffled)
        assert look(shuffled) == first


def test_a_chain_of_small_steps_is_no_topic():
    words = [f"词{chr(0x4E00 + n)}" for n in range(40)]
    # Each shares three words of four with the next, the ends nothing.
    lines = [" ".join(words[n : n + 4]) for n in range(36)]
    groups = look([(n, f"v{n}", line) for n, line in enumerate(lines)], {})
    assert all(max(group.entries) - min(group.entries) < 12 for group in groups)


@pytest.mark.parametrize("passages", [[], [(1, "v", "")], [(1, "v", "   ")], [(1, "a", "路灯")]])
def test_where_little_is_said_nothing_is_found(passages):
    assert look(passages) == []


def test_names_are_no_words():
    passages = [(n, f"v{n}", f"高山 石路 水塘 词{n}") for n in range(4)]
    (group,) = look(passages, {}, names=lambda words: {"高山", "石路"} & set(words))
    assert group.words == ("水塘",)


def test_a_word_stands_for_its_meaning_also_as_a_part():
    meanings = Meanings({"垃圾": "垃圾", "清运": "垃圾", "窄": "拓宽"})
    assert [meanings.of(word) for word in ("清运", "垃圾桶", "路太窄", "山水")] == [
        "垃圾",
        "垃圾",
        "拓宽",
        "山水",
    ]
