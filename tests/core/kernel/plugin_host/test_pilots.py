"""Cutting permissions down to a pilot: never wider, and exactly what lies in both."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.plugin_host.pilots import counted, narrowed
from core.scope import AreaScope

COUNTY = "341504"
# A small tree of real shapes: few numbers, so that areas often hold one another.
_step = st.sampled_from(["001", "002"])
codes = st.lists(_step, max_size=3).map(lambda steps: COUNTY + "".join(steps))
scopes = st.lists(codes, max_size=4).map(lambda found: AreaScope(tuple(sorted(set(found)))))
# The machine may be busy with something else: that says nothing of what is tried.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(scopes, scopes, codes)
def test_what_two_scopes_share_is_what_both_cover(one: AreaScope, other: AreaScope, code: str) -> None:
    shared = one.shared_with(other)
    assert shared.covers(code) == (one.covers(code) and other.covers(code))
    assert shared.prefixes == other.shared_with(one).prefixes
    grids = [COUNTY + "".join(steps) for steps in product(("001", "002"), repeat=3)]
    assert shared.touches(code) == any(grid.startswith(code) and shared.covers(grid) for grid in grids)


@unhurried
@given(st.dictionaries(st.sampled_from(["a.see", "a.do", "b.see"]), scopes), scopes)
def test_a_pilot_never_widens_and_leaves_other_plugins_alone(
    granted: dict[str, AreaScope], pilot: AreaScope
) -> None:
    before = {name: scope.prefixes for name, scope in granted.items() if scope.prefixes}
    after = narrowed(before, {"a": pilot})
    for name, areas in before.items():
        if name.startswith("b."):
            assert after[name] == areas
        else:
            left = after.get(name, ())
            assert all(AreaScope(areas).covers(code) and pilot.covers(code) for code in left)
    assert all(after.values()), "a right that reaches nowhere is not held"


def test_areas_are_counted_by_level_from_the_largest() -> None:
    areas = [COUNTY + "001", COUNTY + "002001", COUNTY + "002002", COUNTY + "003001001"]
    words = [text % {"count": count} for text, count in counted(areas)]
    assert words == ["1 个镇街", "2 个村", "1 个网格"]
