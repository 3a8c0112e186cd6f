"""How big each synthetic county is and how it falls into villages and grids: figures only."""

import random
from collections.abc import Sequence

from core.errors import DomainError
from core.text import N_
from core.value_classes import value_class

PROFILES = ("acceptance", "small", "county")
# Residents (census of 2020) and the county's own count of its grids: Yeji with 77 villages, Longyou, whose
# residents are rounded.
CENSUS = {"341504": (216_229, 607), "330825": (360_000, 617)}
RESIDENTS_A_VILLAGE, GRIDS_A_VILLAGE = 2_800, 8
HOUSEHOLDS_SMALL, HOUSEHOLDS_ACCEPTANCE = 16, 20
GRIDS_SMALL = 2
# Two for the one store of a village; where a trial finds two stores, two for each, so that a
# second person can reverse what the first one did.
CLERKS, CLERKS_OF_TWO_STORES = 2, 4


class TooFewVillages(DomainError):
    """The county's list of areas does not hold what a profile is built from."""

    code = "too_few_villages"
    text = N_("区域表里没有足够的镇街和村社：需要两个镇街，其中一个至少有两个村社。")


@value_class
class GridPlan:
    """One grid: its code, its number in the village, and how many live in it.

    Either `residents` or `households` is given; the other one follows. Number 0 is the whole
    village, where the profile has no grids.
    """

    code: str
    number: int
    residents: int | None = None
    households: int | None = None


@value_class
class VillagePlan:
    """One village with its grids, how many clerks its stores have, and whether it has an accountant."""

    code: str
    grids: tuple[GridPlan, ...]
    clerks: int = CLERKS
    accountant: bool = True


def plan_county(
    profile: str, county_code: str, villages: Sequence[str], chance: random.Random
) -> list[VillagePlan]:
    """What to build in the county whose village codes are `villages`.

    `county`: all villages at census size; `small` and `acceptance`: two villages of one town and
    one (small: two) of another. Raises TooFewVillages.
    """
    if profile == "county":
        if not villages:
            raise TooFewVillages
        return _whole_county(county_code, sorted(villages), chance)
    chosen = _two_towns(villages, in_second=2 if profile == "small" else 1)
    if profile == "acceptance":
        # No grids: whoever tests walls between villages finds every post and household at its village.
        return [
            VillagePlan(code, (GridPlan(code, 0, households=HOUSEHOLDS_ACCEPTANCE),), accountant=False)
            for code in chosen
        ]
    return [
        VillagePlan(
            code,
            tuple(
                GridPlan(_grid_code(code, number), number, households=share)
                for number, share in enumerate(shares(HOUSEHOLDS_SMALL, [1] * GRIDS_SMALL), 1)
            ),
            clerks=CLERKS_OF_TWO_STORES if code == chosen[0] else CLERKS,
        )
        for code in chosen
    ]


def _whole_county(county_code: str, villages: list[str], chance: random.Random) -> list[VillagePlan]:
    residents, grids = CENSUS.get(
        county_code, (RESIDENTS_A_VILLAGE * len(villages), GRIDS_A_VILLAGE * len(villages))
    )
    # Villages differ by a factor of about four, as real ones do.
    weights = [chance.uniform(0.5, 2.0) for _ in villages]
    plans = []
    for code, people, count in zip(
        villages,
        shares(residents, weights),
        shares(grids, weights, least=min(3, grids // len(villages))),
        strict=True,
    ):
        in_grids = shares(people, [chance.uniform(0.8, 1.25) for _ in range(count)])
        numbered = enumerate(in_grids, 1)
        plans.append(
            VillagePlan(
                code, tuple(GridPlan(_grid_code(code, n), n, residents=share) for n, share in numbered)
            )
        )
    return plans


def _two_towns(villages: Sequence[str], *, in_second: int) -> list[str]:
    towns: dict[str, list[str]] = {}
    for code in sorted(villages):
        towns.setdefault(code[:9], []).append(code)
    first = next((town for town, codes in towns.items() if len(codes) >= 2), None)
    second = next((town for town in towns if town != first), None)
    if first is None or second is None:
        raise TooFewVillages
    return [*towns[first][:2], *towns[second][:in_second]]


def _grid_code(village: str, number: int) -> str:
    return f"{village}{number:03d}"


def shares(total: int, weights: Sequence[float], *, least: int = 0) -> list[int]:
    """`total` split into whole numbers by `weights`, none below `least`; they add up to `total` exactly.

    The largest remainders get what rounding leaves over.
    """
    free = total - least * len(weights)
    assert free >= 0, "the least share is too large for the total"
    exact = [free * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (whole[place] - exact[place], place))
    for place in by_remainder[: free - sum(whole)]:
        whole[place] += 1
    return [least + share for share in whole]
