"""Which words an entry is about: cut by rjieba, with the county's own dictionary, without a database.

Content words of two signs and more; names of people, numbers and what stands in the stop list are none.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_STOP_FILE = Path(__file__).parent / "stop_words.txt"
# Nouns, verbs, adjectives, abbreviations and idioms as jieba tags them; a name of a person begins with nr.
_CONTENT = ("n", "v", "a", "j", "l", "i")
_NAMES = ("nr",)
_SHORTEST, _LONGEST = 2, 20
# More often than anything in the dictionary, so that the county's word is never cut apart.
_OFTEN = 1_000_000
_GAP = "\n"


class Wording:
    """Cuts texts into words. `own`: words of the county; `stops`: what is no word here."""

    def __init__(self, own: Iterable[str] = (), stops: Collection[str] = ()) -> None:
        import rjieba  # its dictionary takes a second of a core: no web process needs it

        self._own = frozenset(own)
        self._stops = frozenset(stops) | shipped_stops()
        self._jieba: Any = rjieba.Jieba()
        for word in sorted(self._own):
            self._jieba.add_word(word, _OFTEN, "n")

    def words(self, text: str, names: Iterable[str] = ()) -> list[str]:
        """The words of a text in their order, each once. `names`: people who are known in the place."""
        for name in names:
            if name in text:
                text = text.replace(name, _GAP)
        found: dict[str, None] = {}
        for word, tag in self._jieba.tag(text):
            if word in self._own or self._counts(word, tag):
                found.setdefault(word)
        return list(found)

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
