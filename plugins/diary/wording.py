"""Which words an entry is about: cut by rjieba, with the county's own dictionary, without a database.

Content words of two signs and more; names of people, numbers and what stands in the stop list are none.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_STOP_FILE = Path(__file__).parent / "stop_words.txt"
_NEED_FILE = Path(__file__).parent / "need_words.txt"
# Nouns, verbs, adjectives, abbreviations and idioms as jieba tags them; a name of a person begins with nr.
_CONTENT = ("n", "v", "a", "j", "l", "i")
_NAMES = ("nr",)
_SHORTEST, _LONGEST = 2, 20
# More often than anything in the dictionary, so that the county's word is never cut apart.
_OFTEN = 1_000_000
_GAP = _END = "\n"
# Where a passage ends: what is said before and after may be two matters.
_ENDS = frozenset("。！？!?；;\n\r")
# What a word is: no word, the end of a passage, a word that tells passages apart, one that is shown as well.
_NOTHING, _ENDS_HERE, _TELLS, _SHOWN = range(4)


class KnownNames:
    """Names of the people of a place, found in a text in one pass, however many they are.

    A name of one sign is none: it would tear words apart.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self._heads = {name[:2] for name in self._names if len(name) > 1}
        self._sizes = sorted({len(name) for name in self._names} - {0, 1}, reverse=True)
        # Where a name may begin; in most texts that is nearly nowhere.
        first, second = ("".join(map(re.escape, {head[place] for head in self._heads})) for place in (0, 1))
        self._begin = re.compile(f"[{first}](?=[{second}])" if first else "(?!)")

    def without(self, text: str) -> str:
        """The text with a gap where a name stood, of two that begin alike the longer one."""
        names, heads = self._names, self._heads
        kept: list[str] = []
        start = 0
        for begin in self._begin.finditer(text):
            place = begin.start()
            if place < start or text[place : place + 2] not in heads:
                continue  # within the name before, or no name
            for size in self._sizes:
                if text[place : place + size] in names:
                    kept += (text[start:place], _GAP)
                    start = place + size
                    break
        return "".join((*kept, text[start:])) if kept else text


NOBODY = KnownNames()


class Wording:
    """Cuts texts into words. `own`: words of the county; `stops`: what is no word here."""

    def __init__(
        self,
        own: Iterable[str] = (),
        stops: Collection[str] = (),
        needs: Mapping[str, str] | None = None,
    ) -> None:
        import rjieba  # its dictionary takes a second of a core: no web process needs it

        self._own = frozenset(own)
        self._stops = frozenset(stops) | shipped_stops()
        self._needs = frozenset(shipped_needs() if needs is None else needs) - frozenset(stops)
        self._jieba: Any = rjieba.Jieba()
        # Each word that was seen, as it stands in a passage: with a blank behind it, as the passage's end or
        # not at all. And those that are shown as well.
        self._said: dict[str, str] = {}
        self._shown: set[str] = set()
        # A need's word that the dictionary has keeps its place there: 排水 must not cut 排水沟 apart. What it
        # takes for a name (拓宽) it only guesses.
        unknown = {word for word in self._needs if not self._knows(word)}
        for word in sorted(self._own | unknown):
            self._jieba.add_word(word, _OFTEN, "n")

    def _knows(self, word: str) -> bool:
        found = self._jieba.tag(word)
        return len(found) == 1 and not found[0][1].startswith(_NAMES)

    def words(self, text: str, names: KnownNames = NOBODY) -> list[str]:
        """The words of a text in their order, each once. `names`: people who are known in the place."""
        return self.cut(text, names)[0]

    def cut(self, text: str, names: KnownNames = NOBODY) -> tuple[list[str], list[str]]:
        """The words of a text, each once; and for telling matters apart those of each of its passages, once
        each, in a line with blanks between them.

        A word of a need is one in a passage even where it is a single sign (窄).
        """
        bare = names.without(text)
        words = self._jieba.cut(bare)
        # Joined, split and filtered at once: a step of Python for each word takes as long as the cutting.
        try:
            said = "".join(map(self._said.__getitem__, words))
        except KeyError:
            for word in words:
                if word not in self._said:
                    self._learn(word, bare)
            said = "".join(map(self._said.__getitem__, words))
        passages = [" ".join(dict.fromkeys(line.split())) for line in said.split(_END) if line]
        return list(dict.fromkeys(filter(self._shown.__contains__, said.split()))), passages

    def _learn(self, word: str, text: str) -> None:
        # A word has one tag wherever it stands, and tagging takes twice as long as cutting: so each word is
        # asked for once. One that is two words by itself (上村) shows its tag in the text only.
        pairs = self._jieba.tag(word)
        for each, tag in pairs if len(pairs) == 1 else self._jieba.tag(text):
            verdict = self._judge(each, tag)
            self._said[each] = {_NOTHING: "", _ENDS_HERE: _END}.get(verdict, f"{each} ")
            if verdict == _SHOWN:
                self._shown.add(each)

    def _judge(self, word: str, tag: str) -> int:
        """What a word is here; kept, since texts say the same words again."""
        is_need = word in self._needs
        if word in self._own or self._counts(word, "n" if is_need else tag):
            # What no dictionary has is put together of signs that often stand so. As a noun it mostly is a
            # word (村医), else mostly none (证快 of 慢性病证快到期); it tells passages apart all the same.
            is_known = tag.startswith("n") or len(self._jieba.tag(word, False)) == 1
            return _SHOWN if is_known else _TELLS
        if is_need:
            return _TELLS
        return _NOTHING if _ENDS.isdisjoint(word) else _ENDS_HERE

    def _counts(self, word: str, tag: str) -> bool:
        return (
            _SHORTEST <= len(word) <= _LONGEST
            and tag.startswith(_CONTENT)
            and not tag.startswith(_NAMES)
            and word not in self._stops
            and all("\u4e00" <= sign <= "\u9fff" or sign >= "\U00020000" for sign in word)
        )


@lru_cache(maxsize=1)
def shipped_stops() -> frozenset[str]:
    """What is no word in any county: what every entry says, whatever it is about."""
    return frozenset(_STOP_FILE.read_text("utf-8").split())


@lru_cache(maxsize=1)
def shipped_needs() -> dict[str, str]:
    """Words by which needs are told, each with the one that stands for its meaning."""
    lines = _NEED_FILE.read_text("utf-8").splitlines()
    meanings = [line.split() for line in lines if line and not line.startswith("#")]
    return {word: meaning[0] for meaning in reversed(meanings) for word in meaning}


class Meanings:
    """Words of needs: which of them stands for a word, also where it is a part of it (垃圾 of 垃圾桶)."""

    def __init__(self, needs: Mapping[str, str]) -> None:
        self._needs = needs
        self.heads = frozenset(needs.values())
        self._known: dict[str, str] = {}

    def of(self, word: str) -> str:
        """The word that stands for it; itself where it is no need's."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._look(word)
        return known

    def _look(self, word: str) -> str:
        if word in self._needs:
            return self._needs[word]
        for size in range(len(word) - 1, 0, -1):
            for start in range(len(word) - size + 1):
                if (part := word[start : start + size]) in self._needs:
                    return self._needs[part]
        return word
