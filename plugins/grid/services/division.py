"""Dividing a village anew: open, split, merge, move households. Nothing is lost, no older day changes.

Each change is a plan (what to do, as plain data) and a day. On the day, at once or by the nightly job,
it is carried out in one unit of work: areas opened and closed, households moved (points follow through
the core), cases and tasks carried along, posts ended and begun, borders cut and joined, and the sums of
the village compared before and after.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import date, timedelta
from typing import Any

from core import audit
from core.areas.api import close_area, get_area, is_current, open_area
from core.clock import now, today
from core.db import unit_of_work
from core.errors import DomainError, Invalid, NotFound
from core.events import announce
from core.people.api import headcounts, household_area, household_numbers, move_households
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.grid.errors import (
    DayGone,
    GridBegunToday,
    GridGone,
    HouseholdsElsewhere,
    NoSisters,
    NothingToSplit,
)
from plugins.grid.models.division import Change
from plugins.grid.queries.open_work import open_work_by_area
from plugins.grid.services.borders import cut_border, join_borders
from plugins.grid.services.boundaries import DIVIDE
from plugins.grid.services.case_work import carry_cases_of
from plugins.grid.services.posts import close_grid_posts

LONGEST_NAME, MOST_HOUSEHOLDS = 60, 5_000


@value_class
class Plan:
    """What to do. `kind`: open (a new grid called `name`), split (`households` of `source` into a new
    grid called `name`; `line` cuts the border, the new grid is where `inside` lies), merge (`source`
    into `into`), redraw (`households` into the grids that `targets` names, in the same order)."""

    kind: str
    name: str = ""
    source: str = ""
    into: str = ""
    households: tuple[int, ...] = ()
    targets: tuple[str, ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    inside: tuple[float, float] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def change_division(actor: Actor, village_code: str, plan: Plan, *, day: date | None = None) -> Change:
    """Carry a plan out today, or keep it until its `day`; returns the row of the change.

    Raises NotFound, DayGone, GridGone, GridBegunToday, NoSisters, NothingToSplit, HouseholdsElsewhere,
    CutMisses, Invalid.
    """
    scope = actor.demand(DIVIDE, village_code)
    effective = day or today()
    if effective < today():
        raise DayGone(fields={"day": [DayGone.text]})
    with unit_of_work():
        if len(village_code) != 12 or not is_current(village_code, on=effective):
            raise NotFound
        _check(village_code, plan)
        row: Change = Change.create(
            area_code=village_code,
            kind=plan.kind,
            day=effective,
            state="planned",
            plan=json.dumps(asdict(plan), ensure_ascii=False),
            account_id=actor.account_id,
            recorded_at=now(),
        )
        if effective == today():
            _carry_out(actor, AreaScope((village_code,)), row, plan)
        else:
            audit.record(
                actor,
                "grid.plan_change",
                area_code=village_code,
                subject=f"grid_change:{row.id}",
                kind=plan.kind,
                day=effective.isoformat(),
            )
        assert scope.covers(village_code)
    return Change.within(AreaScope((village_code,))).where(Change.id == row.id).get()


def cancel_change(actor: Actor, change_id: int) -> None:
    """A planned change is off. Raises NotFound."""
    scope = actor.demand(DIVIDE)
    with unit_of_work():
        row = Change.within(scope).where((Change.id == change_id) & (Change.state == "planned")).get_or_none()
        if row is None:
            raise NotFound
        Change.update(state="cancelled").where(Change.id == row.id).execute()
        audit.record(actor, "grid.cancel_change", area_code=row.area_code, subject=f"grid_change:{row.id}")


def carry_out_due() -> None:
    """The nightly job: what was planned for today (or for a day on which no worker ran)."""
    due = Change.unscoped("the nightly job serves every village").where(
        (Change.state == "planned") & (Change.day <= today())
    )
    for row in list(due.order_by(Change.day, Change.id)):
        plan = Plan(**_restored(json.loads(row.plan)))
        try:
            with unit_of_work():
                _check(row.area_code, plan)
                _carry_out(SYSTEM, AreaScope((row.area_code,)), row, plan)
        except DomainError as error:
            # The village changed meanwhile; whoever planned it reads why and plans anew.
            with unit_of_work():
                Change.update(state="failed", code=error.code).where(Change.id == row.id).execute()
                audit.record(
                    SYSTEM,
                    "grid.fail_change",
                    area_code=row.area_code,
                    subject=f"grid_change:{row.id}",
                    code=error.code,
                )


def _restored(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        **raw,
        "households": tuple(raw["households"]),
        "targets": tuple(raw["targets"]),
        "line": tuple(tuple(point) for point in raw["line"]),
        "inside": tuple(raw["inside"]) if raw["inside"] else None,
    }


def _check(village: str, plan: Plan) -> None:
    """What can be known before the day."""
    if plan.kind in ("open", "split") and not 1 <= len(plan.name.strip()) <= LONGEST_NAME:
        raise Invalid(fields={"name": [N_("名称应为 1 到 60 个字。")]})
    codes = [code for code in (plan.source, plan.into, *plan.targets) if code]
    if any(code[:12] != village for code in codes):
        raise NoSisters
    if any(not is_current(code, "grid") for code in codes if len(code) == 15):
        raise GridGone
    if len(plan.households) > MOST_HOUSEHOLDS:
        raise Invalid(fields={"households": [N_("一次最多调整 5000 户。")]})
    if plan.kind == "split":
        standing = {key for key, _, _ in household_numbers(AreaScope((plan.source,)), plan.source)}
        chosen = set(plan.households)
        if not chosen <= standing:
            raise HouseholdsElsewhere
        if not chosen or chosen == standing:
            raise NothingToSplit
    if plan.kind == "merge":
        _check_merge(plan)
    if plan.kind == "redraw" and (not plan.households or len(plan.targets) != len(plan.households)):
        raise Invalid(fields={"households": [N_("请选择要调整的户。")]})


def _check_merge(plan: Plan) -> None:
    row = get_area(plan.source)
    if row is None or len(plan.source) != 15 or len(plan.into) != 15 or plan.source == plan.into:
        raise NoSisters
    if row.valid_from >= today():
        raise GridBegunToday


def _carry_out(actor: Actor, scope: AreaScope, row: Change, plan: Plan) -> None:
    before = sums(row.area_code)
    deeds = {"open": _open, "split": _split, "merge": _merge, "redraw": _redraw}
    touched = deeds[plan.kind](actor, scope, row.area_code, plan)
    after = sums(row.area_code)
    assert after == before, f"a change of a division loses nothing: {before} became {after}"
    figures = {"village": after, **touched}
    Change.update(state="done", figures=json.dumps(figures), done_at=now()).where(
        Change.id == row.id
    ).execute()
    audit.record(
        actor,
        f"grid.{plan.kind}_grid",
        area_code=row.area_code,
        subject=f"grid_change:{row.id}",
        **touched,
        **after,
    )
    announce(
        actor,
        "grid.GridChanged",
        area_code=row.area_code,
        subject=f"grid_change:{row.id}",
        change=plan.kind,
        **{key: value for key, value in touched.items() if isinstance(value, str)},
    )


def sums(village_code: str) -> dict[str, int]:
    """What a change must not alter: households, persons, special groups, open work of a village."""
    scope = AreaScope((village_code,))
    total: dict[str, int] = {"households": 0, "persons": 0, "special": 0}
    for head in headcounts(scope).values():
        for name, value in vars(head).items():
            total[name] += value
    for kind, counts in open_work_by_area(scope).items():
        total[f"open_{kind}"] = sum(counts.values())
    return total


def _open(actor: Actor, scope: AreaScope, village: str, plan: Plan) -> dict[str, Any]:
    return {"opened": open_area(actor, scope, parent_code=village, name=plan.name, since=today())}


def _split(actor: Actor, scope: AreaScope, village: str, plan: Plan) -> dict[str, Any]:
    new = open_area(actor, scope, parent_code=village, name=plan.name, since=today())
    moved = move_households(actor, scope, dict.fromkeys(plan.households, new))
    carry_cases_of(actor, plan.source, new, plan.households)
    if plan.line and plan.inside is not None:
        cut_border(actor, plan.source, new, plan.line, plan.inside)
    return {"source": plan.source, "opened": new, "moved": moved}


def _merge(actor: Actor, scope: AreaScope, village: str, plan: Plan) -> dict[str, Any]:
    rows = household_numbers(scope, plan.source)
    moved = move_households(actor, scope, {key: plan.into for key, _, _ in rows})
    close_grid_posts(actor, scope, plan.source, plan.into)
    border = join_borders(actor, plan.source, plan.into)
    yesterday = today() - timedelta(days=1)
    close_area(actor, scope, plan.source, last_day=yesterday, successor_code=plan.into)
    assert village == plan.into[:12]
    return {"source": plan.source, "into": plan.into, "moved": moved, "border": border}


def _redraw(actor: Actor, scope: AreaScope, village: str, plan: Plan) -> dict[str, Any]:
    if any(code != village and len(code) != 15 for code in plan.targets):
        raise NoSisters
    targets = dict(zip(plan.households, plan.targets, strict=True))
    ways: dict[tuple[str, str], list[int]] = {}
    for key, target in targets.items():
        source = household_area(key)
        if source is not None and source != target:
            ways.setdefault((source, target), []).append(key)
    try:
        moved = move_households(actor, scope, targets)
    except NotFound:
        raise HouseholdsElsewhere from None
    for (source, target), households in sorted(ways.items()):
        carry_cases_of(actor, source, target, households)
    return {"moved": moved}
