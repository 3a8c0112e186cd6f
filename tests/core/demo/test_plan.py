"""How a synthetic county falls into villages, grids and households: exact figures."""

import csv
import random
from pathlib import Path

import pytest

from core.demo.plan import PROFILES, TooFewVillages, plan_county, shares

AREAS = Path(__file__).parents[3] / "config" / "areas"


def villages(code: str) -> list[str]:
    with (AREAS / f"{code}.csv").open(encoding="utf-8") as lines:
        return [row["code"] for row in csv.DictReader(lines) if row["level"] == "village"]


def test_yeji_has_its_census_size_in_its_villages_and_grids() -> None:
    for seed in range(20):
        plans = plan_county("county", "341504", villages("341504"), random.Random(seed))
        grids = [grid for plan in plans for grid in plan.grids]
        assert len(plans) == 77
        assert len(grids) == 607
        assert sum(grid.residents or 0 for grid in grids) == 216_229
        assert min(len(plan.grids) for plan in plans) >= 3
        assert min(grid.residents or 0 for grid in grids) > 50


def test_every_grid_lies_in_its_village_under_a_code_of_its_own() -> None:
    plans = plan_county("county", "341504", villages("341504"), random.Random(1))
    codes = [grid.code for plan in plans for grid in plan.grids]
    assert len(set(codes)) == len(codes)
    assert all(
        len(grid.code) == 15 and grid.code.startswith(plan.code) for plan in plans for grid in plan.grids
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_number_gives_the_same_plan(profile: str) -> None:
    known = villages("341504")
    first, second = (plan_county(profile, "341504", known, random.Random(3)) for _ in range(2))
    shuffled = plan_county(profile, "341504", known[::-1], random.Random(3))
    assert first == second == shuffled


def test_another_county_gets_villages_of_a_usual_size() -> None:
    here = villages("330683")
    plans = plan_county("county", "330683", here, random.Random(1))
    residents = sum(grid.residents or 0 for plan in plans for grid in plan.grids)
    assert residents == len(here) * 2_800


def test_longyou_has_the_grids_that_its_document_counts() -> None:
    plans = plan_county("county", "330825", villages("330825"), random.Random(1))
    assert sum(len(plan.grids) for plan in plans) == 617


def test_acceptance_has_two_sister_villages_and_one_of_another_town() -> None:
    first, sister, far = plan_county("acceptance", "341504", villages("341504"), random.Random(1))
    assert first.code[:9] == sister.code[:9] != far.code[:9]
    assert [[grid.households for grid in plan.grids] for plan in (first, sister, far)] == [[20]] * 3


def test_small_has_about_sixty_households_in_two_towns() -> None:
    plans = plan_county("small", "341504", villages("341504"), random.Random(1))
    assert len({plan.code[:9] for plan in plans}) == 2
    assert 40 <= sum(grid.households or 0 for plan in plans for grid in plan.grids) <= 80


def test_a_county_of_one_town_is_refused() -> None:
    with pytest.raises(TooFewVillages):
        plan_county("small", "341504", ["341504001001", "341504001002"], random.Random(1))


@pytest.mark.parametrize(
    ("total", "weights", "least"), [(10, [1, 1, 1], 0), (7, [5, 0.1, 0.1], 2), (0, [1, 2], 0)]
)
def test_shares_add_up_and_keep_the_least(total: int, weights: list[float], least: int) -> None:
    split = shares(total, weights, least=least)
    assert sum(split) == total
    assert min(split) >= least
    assert sorted(split) == sorted(shares(total, weights[::-1], least=least))
