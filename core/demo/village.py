"""One synthetic village: households, people and who of them holds which post."""

import random
from collections.abc import Iterator
from datetime import date

from core.demo.people import ADULT_YEARS, Crowd, MadeUpPerson
from core.demo.plan import GridPlan, VillagePlan
from core.people.api import HouseholdRow, PersonRow
from core.value_classes import value_class

# Ages count from here, so that the same number gives the same people in every year.
REFERENCE_DAY = date(2026, 1, 1)
RETIRED_YEARS = 65
_RISKS, _RISK_SHARES = ("low", "mid_low", "mid", "mid_high", "high"), (90, 5, 3, 1, 1)
# Posts of a village; those of its stores and of each grid come on top.
VILLAGE_POSTS = ("secretary", "reviewer")
GRID_POSTS = ("grid_leader", "grid_member", "assistant")
# The first households of a village hold no post: they are the residents that trials act as.
HOUSEHOLDS_WITHOUT_POSTS = 3


@value_class
class Holder:
    """Who holds a post: `person` points into the village's rows as (household, person), or is None
    for somebody who lives elsewhere."""

    role: str
    area_code: str
    name: str
    person: tuple[int, int] | None


def make_households(
    village: VillagePlan, place: str, crowd: Crowd, chance: random.Random
) -> list[HouseholdRow]:
    """The households of a village, grid by grid. `place` is the village's name, for addresses."""
    rows: list[HouseholdRow] = []
    for grid in village.grids:
        where = f"{place}第{grid.number}网格" if grid.number else place
        for people in _grid_households(grid, crowd):
            number = len(rows) + 1
            rows.append(
                HouseholdRow(
                    area_code=grid.code,
                    number=f"模拟-{number:04d}",
                    address=f"{where}{number}号（模拟）",
                    synthetic=True,
                    persons=[_person_row(person, people, chance) for person in people],
                )
            )
    return rows


def _grid_households(grid: GridPlan, crowd: Crowd) -> Iterator[list[MadeUpPerson]]:
    if grid.residents is None:
        yield from (crowd.household() for _ in range(grid.households or 0))
        return
    left = grid.residents
    while left > 0:
        people = crowd.household(most=left)
        left -= len(people)
        yield people


def _person_row(person: MadeUpPerson, household: list[MadeUpPerson], chance: random.Random) -> PersonRow:
    return PersonRow(
        name=person.name,
        citizen_id=person.citizen_id,
        phone=person.phone,
        is_head=person is household[0],
        risk_level=chance.choices(_RISKS, _RISK_SHARES)[0],
        tags=_tags(person, household, chance),
    )


def _tags(person: MadeUpPerson, household: list[MadeUpPerson], chance: random.Random) -> tuple[str, ...]:
    tags = []
    age = person.age(REFERENCE_DAY)
    draw = chance.random()
    if age >= RETIRED_YEARS and all(other.age(REFERENCE_DAY) >= RETIRED_YEARS for other in household):
        tags.append("empty_nest")
    if age < ADULT_YEARS - 2 and draw < 0.12:
        tags.append("left_behind_child")
    elif draw < 0.02:
        tags.append("disabled")
    elif draw < 0.05:
        tags.append("minimum_living")
    return tuple(tags)


def appoint(
    village: VillagePlan, rows: list[HouseholdRow], crowd: Crowd, chance: random.Random
) -> list[Holder]:
    """Who holds the posts of a village and its grids: grown-ups of it, no two of one household.

    When it has too few of them, somebody from elsewhere.
    """
    # Grid staff are people of the register before clerks are: their posts name a person.
    posts = [(role, village.code) for role in VILLAGE_POSTS]
    for grid in village.grids:
        # One leader, one full-time member, and at least one assistant (1+1+N).
        more = chance.randrange(3) if grid.residents is not None else 0
        posts += [(role, grid.code) for role in (*GRID_POSTS, *["assistant"] * more)]
    posts += [("clerk", village.code)] * village.clerks + [("accountant", village.code)] * village.accountant
    free = iter(_grown_ups(rows))
    holders = []
    for role, area_code in posts:
        person = next(free, None)
        name = rows[person[0]].persons[person[1]].name if person else crowd.name()
        holders.append(Holder(role, area_code, name, person))
    # Whoever is stationed in a village comes from elsewhere.
    holders.append(Holder("stationed_cadre", village.code, crowd.name(), None))
    return holders


def _grown_ups(rows: list[HouseholdRow]) -> Iterator[tuple[int, int]]:
    for household, row in enumerate(rows):
        if household < HOUSEHOLDS_WITHOUT_POSTS:
            continue
        # The second of a household is the spouse; the head has the household's own account.
        if len(row.persons) > 1:
            yield household, 1
