"""Which entries tell of the same need (一件事 -> 一类事): arithmetic on words, without a database.

A passage is a row of weights (tf-idf). Needs that have words of their own (need_words.txt) are the first
centres; what none of them draws is clustered by DBSCAN over the sparse graph of what is alike. Every passage
then belongs to the centre that it is nearest to, or to none, so that no chain of small steps leads from one
need to another. The same passages give the same groups, in whatever order they come.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.cluster import DBSCAN
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from core.value_classes import value_class
from plugins.diary.wording import Meanings

# A need's word weighs so many times what the rarest other word does, however often it is said: the more
# villages tell of a need, the commoner are its words.
NEED_WEIGHT = 1.5
# Other words that stand in more than this share of the passages tell nothing apart.
MAX_DF = 0.05
# A row of the graph of what is alike has at most so many products; commoner words are left out of it first.
MOST_PRODUCTS = 60_000_000
# How alike neighbours in that graph are at least: more than to a centre, for a centre has all the words.
NEIGHBOUR = 0.6
# A passage also belongs to a centre that is nearly as near as the nearest.
NEARLY = 0.6
ROUNDS = 3
SHOWN_WORDS = 8
_BLOCK, _GRAPH_BLOCK = 8_192, 2_048

Say = Callable[[int, int], None]
# Entry, village, words with a blank between them; one row a passage.
Passage = tuple[int, str, str]


@value_class
class Group:
    """Entries that tell of one need: entry -> how near it is to the need, in per cent.

    `words`: what they have in common, the weightiest first, each as it stands for its meaning.
    """

    words: tuple[str, ...]
    entries: Mapping[int, int]
    villages: int

    @property
    def likeness(self) -> int:
        """The mean, in per cent."""
        return round(sum(self.entries.values()) / len(self.entries))


def find(
    passages: Iterable[Passage],
    needs: Mapping[str, str],
    *,
    likeness: int,
    villages: int,
    names: Callable[[list[str]], Collection[str]] = lambda words: (),
    say: Say = lambda done, total: None,
) -> list[Group]:
    """Groups of entries of at least so many villages whose passages are `likeness` per cent alike or more.

    `needs`: word -> what stands for it; `names`: which of some words are somebody's name; `say`: steps done.
    """
    told = _Told(passages, Meanings(needs))
    say(1, 4)
    if not told.lines:
        return []
    weights, words = told.weigh(names)
    say(2, 4)
    centres = _centres(weights, words, told, likeness / 100, villages)
    say(3, 4)
    found = _groups(weights, centres, words, told, likeness / 100, villages)
    say(4, 4)
    return found


class _Told:
    """Passages read once: each different one a row, and which entry of which village says it."""

    def __init__(self, passages: Iterable[Passage], meanings: Meanings) -> None:
        self.meanings = meanings
        self.lines = 0
        self._rows: dict[int, int] = {}
        self._places: dict[str, int] = {}
        entries, places, rows = _numbers(), _numbers(), _numbers()
        self._vectorizer = TfidfVectorizer(
            analyzer=str.split, lowercase=False, sublinear_tf=True, norm=None, dtype=np.float32
        )

        def different() -> Iterable[str]:
            for entry, village, line in passages:
                # What is said twice in other words weighs more.
                said = " ".join(meanings.of(word) for word in line.split())
                if not said:
                    continue
                key = int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)
                row = self._rows.setdefault(key, len(self._rows))
                entries.append(entry)
                places.append(self._places.setdefault(village, len(self._places)))
                rows.append(row)
                if row == self.lines:
                    self.lines += 1
                    yield said

        try:
            self._counts = self._vectorizer.fit_transform(different())
        except ValueError:  # not a single word
            self.lines = 0
            return
        # Rows by what they say: the order in which entries come or are numbered has no meaning.
        order = np.argsort(np.fromiter(self._rows, dtype=np.int64, count=self.lines), kind="stable")
        self._rows.clear()
        place_of = np.empty_like(order)
        place_of[order] = np.arange(self.lines)
        self._counts = self._counts[order]
        self.entry = np.asarray(entries, dtype=np.int64)
        self.place = np.asarray(places, dtype=np.int32)
        self.row = place_of[np.asarray(rows, dtype=np.int64)].astype(np.int32)
        # An entry that says it over and over says it once.
        by_entry = np.lexsort((self.row, self.entry))
        same = (np.diff(self.entry[by_entry]) == 0) & (np.diff(self.row[by_entry]) == 0)
        once = by_entry[np.concatenate(([True], ~same))]
        self.entry, self.place, self.row = self.entry[once], self.place[once], self.row[once]
        self.times = np.bincount(self.row, minlength=self.lines)

    def weigh(self, names: Callable[[list[str]], Collection[str]]) -> tuple[Any, Any]:
        """The rows as weights of length one, and the words of the columns."""
        words = self._vectorizer.get_feature_names_out()
        df = np.bincount(self._counts.indices, minlength=len(words))
        idf = self._vectorizer.idf_
        heads = np.isin(words, sorted(self.meanings.heads))
        # A sentence that is repeated word for word (a slogan, a form, an insult) is one row: unless it has a
        # need's word, that it is repeated makes it no need.
        kept = heads | ((df > 1) & (df <= max(MAX_DF * self.lines, 20)))
        kept &= heads | ~np.isin(words, sorted(names(list(words[kept])) or [""]))
        columns = np.flatnonzero(kept)
        if not len(columns):
            return sp.csr_matrix((self.lines, 0), dtype=np.float32), words[columns]
        rarest = idf[columns].max()
        scale = np.where(heads[columns], NEED_WEIGHT * rarest / idf[columns], 1).astype(np.float32)
        weights = self._counts[:, columns]
        self._counts = None
        weights.data *= scale[weights.indices]
        return normalize(weights, copy=False), words[columns]


def _numbers() -> Any:
    from array import array

    return array("q")


def _centres(weights: Any, words: Any, told: _Told, near: float, villages: int) -> Any:
    """One row a need: of its word's passages, and of clusters of what no need's word draws."""
    heads = np.flatnonzero(np.isin(words, sorted(told.meanings.heads)))
    seeds = (weights[:, heads] > 0).astype(np.float32).tocsr()
    centres = _means(weights, seeds.T.tocsr())
    best, nearest = _nearest(weights, centres)
    for _ in range(ROUNDS):
        centres = _means(weights, _belonging(best, nearest, near, centres.shape[0]))
        best, nearest = _nearest(weights, centres)
    left = np.flatnonzero(best < near)
    more = _clusters(weights[left], told, left, villages)
    if more is not None:
        centres = sp.vstack([centres, _means(weights[left], more)]).tocsr()
        for _ in range(ROUNDS):
            best, nearest = _nearest(weights, centres)
            centres = _means(weights, _belonging(best, nearest, near, centres.shape[0]))
    return centres


def _means(weights: Any, members: Any) -> Any:
    """The centre of each row of `members` (groups x rows), of length one; an empty group's is empty."""
    sums = (members @ weights).tocsr().astype(np.float32)
    return normalize(sums) if sums.shape[0] else sums


def _nearest(weights: Any, centres: Any) -> tuple[Any, Any]:
    """How near each row is to its nearest centre, and which one that is."""
    best = np.zeros(weights.shape[0], dtype=np.float32)
    which = np.zeros(weights.shape[0], dtype=np.int32)
    if centres.shape[0] and weights.shape[1]:
        dense = np.ascontiguousarray(centres.T.toarray())
        for start in range(0, weights.shape[0], _BLOCK):
            near = weights[start : start + _BLOCK] @ dense
            # What is all but equal must not hang on the last digit.
            near = np.round(near, 4)
            which[start : start + _BLOCK] = near.argmax(axis=1)
            best[start : start + _BLOCK] = near.max(axis=1)
    return best, which


def _drawn(weights: Any, centres: Any, near: float) -> tuple[Any, Any, Any]:
    """Which centre draws which row, and how near they are: the nearest, and what is nearly as near.

    A passage that tells of two needs with the same weight is one of both.
    """
    found: list[tuple[Any, Any, Any]] = []
    dense = np.ascontiguousarray(centres.T.toarray())
    for start in range(0, weights.shape[0] if dense.size else 0, _BLOCK):
        alike = np.round(weights[start : start + _BLOCK] @ dense, 4)
        least = np.maximum(near, NEARLY * alike.max(axis=1, keepdims=True))
        row, centre = np.nonzero(alike >= least)
        found.append((centre.astype(np.int32), row + start, alike[row, centre]))
    if not found:
        return np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.float32)
    centre, row, alike = (np.concatenate(part) for part in zip(*found, strict=True))
    return centre, row, alike


def _belonging(best: Any, nearest: Any, near: float, groups: int) -> Any:
    rows = np.flatnonzero(best >= near)
    ones = np.ones(len(rows), dtype=np.float32)
    return sp.csr_matrix((ones, (nearest[rows], rows)), shape=(groups, len(best)))


def _clusters(weights: Any, told: _Told, left: Any, villages: int) -> Any:
    """DBSCAN over what is left, by its rarer words; groups x rows, or nothing."""
    df = np.bincount(weights.indices, minlength=weights.shape[1]).astype(np.int64)
    by_rarity = np.argsort(df, kind="stable")
    cost = np.cumsum(df[by_rarity] ** 2)
    columns = np.sort(by_rarity[(df[by_rarity] > 1) & (cost <= MOST_PRODUCTS)])
    if not len(columns):
        return None
    # Of length one before the commoner words go: what is left alike is alike at least so much.
    shared = normalize(weights[:, np.flatnonzero(df > 1)])
    rare = shared[:, np.searchsorted(np.flatnonzero(df > 1), columns)]
    del shared
    rows = np.flatnonzero(np.diff(rare.indptr))
    if not len(rows):
        return None
    rare = rare[rows]
    blocks = []
    for start in range(0, len(rows), _GRAPH_BLOCK):
        alike = rare[start : start + _GRAPH_BLOCK] @ rare.T
        alike.data = np.round(alike.data, 4)
        alike.data[alike.data < NEIGHBOUR] = 0
        alike.eliminate_zeros()
        blocks.append(alike)
    graph = sp.vstack(blocks).tocsr()
    # What has no neighbour but itself needs no place in it.
    near = np.flatnonzero((np.diff(graph.indptr) > 1) | (told.times[left[rows]] >= villages))
    if not len(near):
        return None
    graph, rows = graph[near][:, near], rows[near]
    # Distances; what is the same has a very small one, for a sparse graph has no zeros.
    graph.data = np.maximum(1 - graph.data, 1e-6)
    graph.sort_indices()
    found = DBSCAN(eps=1 - NEIGHBOUR + 1e-6, min_samples=villages, metric="precomputed").fit(
        graph, sample_weight=np.minimum(told.times[left[rows]], villages)
    )
    inside = np.flatnonzero(found.labels_ >= 0)
    if not len(inside):
        return None
    ones = np.ones(len(inside), dtype=np.float32)
    shape = (int(found.labels_.max()) + 1, weights.shape[0])
    return sp.csr_matrix((ones, (found.labels_[inside], rows[inside])), shape=shape)


def _groups(weights: Any, centres: Any, words: Any, told: _Told, near: float, villages: int) -> list[Group]:
    which, what, how = _drawn(weights, centres, near)
    if not len(which):
        return []
    # From rows to the passages that say them.
    by_row = np.argsort(told.row, kind="stable")
    first = np.cumsum(told.times) - told.times
    times = told.times[what]
    chosen = by_row[np.repeat(first[what] - np.cumsum(times) + times, times) + np.arange(times.sum())]
    which, said = np.repeat(which, times), np.repeat(how, times)
    order = np.lexsort((told.entry[chosen], which))
    chosen, groups, said = chosen[order], which[order], said[order]
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    found: list[tuple[tuple[str, ...], dict[int, int], set[int]]] = []
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        lines = chosen[start:end]
        centre = centres[int(groups[start])]
        top = np.lexsort((centre.indices, -np.round(centre.data, 4)))[:SHOWN_WORDS]
        entries: dict[int, int] = {}
        for entry, part in zip(told.entry[lines].tolist(), said[start:end].tolist(), strict=True):
            entries[entry] = max(entries.get(entry, 0), round(100 * part))
        shown = tuple(str(words[place]) for place in centre.indices[top])
        found.append((shown, entries, set(told.place[lines].tolist())))
    return [
        Group(shown, dict(sorted(entries.items())), len(places))
        for shown, entries, places in _joined(found)
        if len(places) >= villages
    ]


def _joined(found: list[tuple[tuple[str, ...], dict[int, int], set[int]]]) -> list[Any]:
    """Centres that came to mean the same are one: the same chief word, and half of the smaller in both."""
    kept: list[tuple[tuple[str, ...], dict[int, int], set[int]]] = []
    for shown, entries, places in sorted(found, key=lambda each: (-len(each[1]), each[0])):
        for words, others, there in kept:
            both = len(entries.keys() & others.keys())
            if words[0] == shown[0] and 2 * both >= min(len(entries), len(others)):
                for entry, likeness in entries.items():
                    others[entry] = max(others.get(entry, 0), likeness)
                there.update(places)
                break
        else:
            kept.append((shown, entries, places))
    return sorted(kept, key=lambda each: (-len(each[1]), each[0]))
