"""Which words an entry is about: cut by rjieba, with the county's own dictionary, without a database.

Content words of two signs and more; names of people, numbers and what stands in the stop list are none.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
# Between texts that are looked at in one go; no text that was written has one.
_TEXT_ENDS = "\0"
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

    def without_each(self, texts: Iterable[str]) -> list[str]:
        """What `without` says of each text; one look through all of them."""
        return self.without(_joined(texts)).split(_TEXT_ENDS)

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


def _joined(texts: Iterable[str]) -> str:
    return _TEXT_ENDS.join(text.replace(_TEXT_ENDS, " ") for text in texts)


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
        # Each word that was seen, as it stands in a passage: itself, the passage's end or nothing. And those
        # that are never shown.
        self._said: dict[str, str] = {_TEXT_ENDS: _TEXT_ENDS}
        self._telling: set[str] = set()
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
        ((words, passages),) = self.cut_each([names.without(text)])
        return words.split(), passages.splitlines()

    def cut_each(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Of each text its words and its passages as `cut` makes them, with blanks between words and a line a
        passage; of texts without names.

        They are cut in one go: a call of the cutter takes as long as what it does to a text.
        """
        found: list[tuple[str, str]] = []
        words: dict[str, None] = {}
        passage: dict[str, None] = {}
        passages: list[str] = []
        for word in self._heard(_joined(texts) + _TEXT_ENDS) if texts else ():
            if word > " ":  # what ends something is smaller than any word
                passage[word] = None
                continue
            if passage:
                passages.append(" ".join(passage))
                words |= passage
                passage = {}
            if word == _TEXT_ENDS:
                if not self._telling.isdisjoint(words):
                    words = {each: None for each in words if each not in self._telling}
                found.append((" ".join(words), "\n".join(passages)))
                words, passages = {}, []
        return found

    def _heard(self, text: str) -> list[str]:
        """What is said in a text, from word to word; of most words nothing."""
        words = self._jieba.cut(text)
        try:
            return list(filter(None, map(self._said.__getitem__, words)))
        except KeyError:
            for word in dict.fromkeys(words):
                if word not in self._said:
                    self._learn(word, text)
        return list(filter(None, map(self._said.__getitem__, words)))

    def _learn(self, word: str, text: str) -> None:
        # A word has one tag wherever it stands, and tagging takes twice as long as cutting: so each word is
        # asked for once. One that is two words by itself (上村) shows its tag in the text only.
        pairs = self._jieba.tag(word)
        if len(pairs) > 1:
            texts = (self._jieba.tag(each) for each in text.split(_TEXT_ENDS) if word in each)
            pairs = next(pairs for pairs in texts if any(each == word for each, _ in pairs))
        for each, tag in pairs:
            verdict = self._judge(each, tag)
            self._said[each] = {_NOTHING: "", _ENDS_HERE: _END}.get(verdict, each)
            if verdict == _TELLS:
                self._telling.add(each)

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
