"""Synthetic patrols of the last month, points to be seen, and tasks."""

from datetime import timedelta
from typing import Any

from core import qr
from core.accounts.api import actor_for
from core.cases.api import NewCase, create_case
from core.db import insert_rows, milliseconds
from core.hookspecs import SeedWorld
from plugins.grid.models.patrols import Patrol, PatrolFinding, PatrolPoint
from plugins.grid.models.tasks import Task, TaskStep
from plugins.grid.services.patrols import FINDING_KIND

_POINTS = ("文化广场", "村口小桥", "水库大坝")
_TASKS = (
    ("汛期隐患排查", "看房前屋后、低洼处和山塘", "none"),
    ("惠民政策宣传", "逐户讲清医保缴费期限", "words"),
    ("独居老人走访", "本月每户至少一次", "words"),
    ("秸秆禁烧巡查", "", "none"),
)
_DAYS = 30
# What a patrol comes upon, and how it was solved on the spot, if it was.
_FOUND = (
    ("村口桥面有坑，雨天积水", ""),
    ("路边堆放秸秆，离电线近", "请户主当场搬走"),
    ("水渠盖板松动", ""),
    ("公示栏玻璃破了", "换上备用玻璃"),
)
_MOST_FOUND = 24


def walk(world: SeedWorld, member_of: dict[str, int]) -> int:
    """Patrols of the last thirty days and points; returns how many patrols. `member_of`: grid -> account."""
    chance, now, rows = world.random, world.started_at, []
    for grid, account in member_of.items():
        for ago in range(_DAYS, 0, -1):
            if chance.random() > 0.88:
                continue
            begins = now.replace(hour=8, minute=30) - timedelta(days=ago, minutes=chance.randint(-30, 45))
            for minutes in _rounds(chance.randint(150, 270)):
                ends = begins + timedelta(minutes=minutes)
                moments = map(milliseconds, (begins, ends, ends))
                rows.append((grid, account, begins.date().isoformat(), *moments, "finished", minutes))
                begins = ends + timedelta(hours=2)
    columns = ("area_code", "account_id", "day", "started_at", "last_seen_at", "finished_at")
    insert_rows(Patrol, (*columns, "ended", "minutes"), rows)
    _points(world, list(member_of))
    return len(rows)


def find(world: SeedWorld, member_of: dict[str, int]) -> int:
    """What the newest patrols of some grids found, as cases; returns how many. A test county has none."""
    if world.profile == "acceptance":
        return 0
    at, chosen = world.started_at, sorted(member_of)[:_MOST_FOUND]
    for place, grid in enumerate(chosen):
        patrol = Patrol.unscoped("patrols that were made just now").where(Patrol.area_code == grid)
        newest = patrol.order_by(Patrol.id.desc()).get()
        text, answer = _FOUND[place % len(_FOUND)]
        case_id = create_case(
            actor_for(member_of[grid]),
            NewCase(
                kind=FINDING_KIND,
                text=f"{text}（模拟）",
                area_code=grid,
                solved_on_spot=bool(answer),
                answer=answer,
                channel="patrol",
                subject=f"grid_patrol:{newest.id}",
            ),
        )
        PatrolFinding.create(patrol_id=newest.id, case_id=case_id, area_code=grid, at=at)
        Patrol.update(findings=1).where(Patrol.id == newest.id).execute()
    return len(chosen)


def _rounds(minutes: int) -> tuple[int, ...]:
    return (minutes,) if minutes < 200 else (minutes // 2, minutes - minutes // 2)


def _points(world: SeedWorld, grids: list[str]) -> None:
    at = milliseconds(world.started_at)
    signs = qr.ALPHABET
    rows = [
        ("".join(world.random.choice(signs) for _ in range(8)), grid, name, place, at)
        for grid in grids
        for place, name in enumerate(_POINTS)
    ]
    insert_rows(PatrolPoint, ("code", "area_code", "name", "position", "created_at"), rows)


def give(world: SeedWorld, member_of: dict[str, int], secretary_of: dict[str, int]) -> int:
    """Tasks of the grids: open, late, done and checked ones; returns how many."""
    rows: list[tuple[Any, ...]] = []
    now = world.started_at
    for grid, account in member_of.items():
        giver = secretary_of.get(grid[:12], account)
        for place, (title, text, evidence) in enumerate(_TASKS):
            given = milliseconds(now - timedelta(days=10 - place))
            due = (now.date() + timedelta(days=(-2, 1, 6, 3)[place])).isoformat()
            if place == 0 and world.random.random() < 0.8:
                done, state = milliseconds(now - timedelta(days=3)), "checked"
            elif place == 3:
                done, state = milliseconds(now - timedelta(days=1)), "done"
            else:
                done, state = None, "open"
            doer = account if done else None
            checked = done if state == "checked" else None
            note = "已完成（模拟）" if done else ""
            rows.append((grid, title, text, due, evidence, state, giver, given, doer, done, note, checked))
    columns = ("area_code", "title", "text", "due", "evidence", "state", "given_by", "given_at", "done_by")
    insert_rows(Task, (*columns, "done_at", "note", "checked_at"), rows)
    _steps()
    return len(rows)


def _steps() -> None:
    steps: list[tuple[Any, ...]] = []
    for task in Task.unscoped("tasks that were made just now").order_by(Task.id):
        steps.append((task.id, milliseconds(task.given_at), task.given_by, "give", ""))
        if task.done_at:
            steps.append((task.id, milliseconds(task.done_at), task.done_by, "done", task.note))
        if task.checked_at:
            steps.append((task.id, milliseconds(task.checked_at), task.given_by, "check", ""))
    insert_rows(TaskStep, ("task_id", "at", "account_id", "step", "note"), steps)
