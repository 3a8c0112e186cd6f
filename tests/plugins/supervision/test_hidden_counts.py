"""Of counts whose sum is shown nobody reckons one below three: all tables of four small ones, one by one."""

from collections import defaultdict
from itertools import product

from plugins.supervision.queries.report_figures import LEAST, shown_counts

CELLS = "abcd"


def test_every_hidden_count_below_three_might_be_another_one():
    tables = defaultdict(list)
    for numbers in product(range(7), repeat=len(CELLS)):
        shown = shown_counts(dict(zip(CELLS, numbers, strict=True)))
        total = sum(numbers)
        tables[(*shown.values(), total if total >= LEAST else None)].append(numbers)
    assert len(tables) > 100  # the control: not everything is hidden
    for (*shown, _), alike in tables.items():
        for place, count in enumerate(shown):
            if count is None and any(numbers[place] < LEAST for numbers in alike):
                assert len({numbers[place] for numbers in alike}) > 1, (shown, alike)


def test_two_that_only_one_pair_adds_up_to_are_not_left_alone():
    counts = {"a": 2, "b": 10, "c": 10, "d": 10}
    assert set(shown_counts(counts).values()) == {None}
    wide = {"a": 1, "b": 4, "c": 9, "d": 12}
    assert shown_counts(wide) == {"a": None, "b": None, "c": 9, "d": 12}
