"""Synthetic patrols of the last month, points to be seen, and tasks."""

from datetime import timedelta
from typing import Any

from core import qr
from core.db import milliseconds
from core.hookspecs import SeedWorld
from plugins.grid.models.patrols import Patrol, PatrolPoint
from plugins.grid.models.tasks import Task, TaskStep
from plugins.grid.seeding.life_rows import insert_rows

_POINTS = ("文化广场", "村口小桥", "水库大坝")
_TASKS = (
    ("汛期隐患排查", "看房前屋后、低洼处和山塘", "none"),
    ("惠民政策宣传", "逐户讲清医保缴费期限", "words"),
    ("独居老人走访", "本月每户至少一次", "words"),
    ("秸秆禁烧巡查", "", "none"),
)
_DAYS = 30


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
