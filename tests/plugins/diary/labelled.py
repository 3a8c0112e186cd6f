"""The labelled set of topics: made-up entries with the needs that they tell of, and how well needs are found.

Hard cases are put together here from the texts of data/topics.txt, the same at each run: two matters in one
entry, insults and dialect around a matter, emoji and rare signs, three thousand signs about one sentence.
"""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

_FILE = Path(__file__).parent / "data/topics.txt"
TUNE, REPORT = "tune", "report"
AROUND = (
    "他娘的，{}你们当官的都是吃干饭的！",
    "格种事体勿管勿来噶，{}侬讲气人勿气人。",
    "😡😡😡{}👎",
    "龑家和㙓家，还有𠮷家都这么说：{}",
    "“{}”——原话。",
)
_LONG = 3_000


@dataclass(frozen=True)
class Told:
    """A text and the needs that it tells of (none: chat)."""

    text: str
    needs: frozenset[str]


def labelled(half: str) -> list[Told]:
    """The texts of a half, hard ones too."""
    plain: list[tuple[str, str]] = []
    chat: list[str] = []
    need = where = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        mark, _, rest = line.partition(" ")
        if mark == "==":
            where, need = rest.split()
        elif mark == "--":
            where, need = rest, ""
        elif where == half:
            plain.append((line, need)) if need else chat.append(line)
    told = [Told(text, frozenset({need})) for text, need in plain] + [
        Told(text, frozenset()) for text in chat
    ]
    return told + _hard(plain, chat)


def _hard(plain: list[tuple[str, str]], chat: list[str]) -> list[Told]:
    told = []
    for place, (text, need) in enumerate(plain):
        if place % 4 == 0:
            told.append(Told(AROUND[place // 4 % len(AROUND)].format(text), frozenset({need})))
        if place % 5 == 0:
            other, second = plain[(place * 7 + 11) % len(plain)]
            told.append(Told(f"{text}另外，{other}", frozenset({need, second})))
        if place % 40 == 0:
            around = chat[place // 40] * (_LONG // 2 // len(chat[place // 40]) + 1)
            told.append(Told(around + text + around, frozenset({need})))
    return told


def precision_and_recall(told: list[Told], found: list[set[int]]) -> tuple[float, float, int]:
    """Of pairs of texts that were put together, and of those that belong together; how many belong."""
    places = range(len(told))
    wanted = {(one, two) for one, two in combinations(places, 2) if told[one].needs & told[two].needs}
    put = {pair for group in found for pair in combinations(sorted(group), 2)}
    right = len(wanted & put)
    return right / max(len(put), 1), right / len(wanted), len(wanted)
