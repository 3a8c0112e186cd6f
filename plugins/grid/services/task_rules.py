"""Tasks that come again every month, for each grid of an area."""

from datetime import date, timedelta

from peewee import IntegrityError

from core import audit
from core.areas.api import list_areas
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.grid.models.tasks import NOTHING, PHOTO, WORDS, Task, TaskRule, TaskStep
from plugins.grid.services.tasks import GIVE, checked_words

LATEST_DAY = 28  # every month has it


def create_rule(
    actor: Actor,
    *,
    area_code: str,
    title: str,
    text: str = "",
    evidence: str = NOTHING,
    day_of_month: int = 1,
    days: int = 20,
) -> int:
    """From the next run on, a task a month for each grid of the area. Raises NotFound, Invalid, BurdenOff."""
    actor.demand(GIVE, area_code)
    title, text = checked_words(title, text, evidence)
    if not 1 <= day_of_month <= LATEST_DAY or not 1 <= days <= 60:
        raise Invalid(fields={"day_of_month": [N_("每月 1 到 28 日下达，1 到 60 天内完成。")]})
    with unit_of_work():
        row = TaskRule.create(
            area_code=area_code,
            title=title,
            text=text,
            evidence=evidence,
            day_of_month=day_of_month,
            days=days,
            given_by=actor.account_id,
        )
        audit.record(actor, "grid.create_task_rule", area_code=area_code, subject=f"task_rule:{row.id}")
    return int(row.id)


def stop_rule(actor: Actor, rule_id: int) -> None:
    """No further tasks of it; those that were given stay. Raises NotFound."""
    scope = actor.demand(GIVE)
    with unit_of_work():
        row = TaskRule.within(scope).where(TaskRule.id == rule_id).get_or_none()
        if row is None:
            raise NotFound
        TaskRule.update(active=False).where(TaskRule.id == rule_id).execute()
        audit.record(actor, "grid.stop_task_rule", area_code=row.area_code, subject=f"task_rule:{rule_id}")


def give_monthly(on: date | None = None) -> int:
    """Give what is due this month and has not been given; returns how many tasks. The nightly job.

    A photo that was wanted when the rule was made is wanted only while the county names its ground.
    """
    day = on or today()
    period = f"{day:%Y-%m}"
    given = 0
    rules = TaskRule.unscoped("the rules of all areas").where(
        TaskRule.active & (TaskRule.day_of_month <= day.day)
    )
    for rule in list(rules):
        with unit_of_work():
            new = sum(_give(rule, code, period, day) for code in _grids(rule.area_code))
            given += new
            audit.record(
                SYSTEM,
                "grid.give_monthly",
                area_code=rule.area_code,
                subject=f"task_rule:{rule.id}",
                period=period,
                tasks=new,
            )
    return given


def _grids(area_code: str) -> list[str]:
    if len(area_code) == 15:
        return [area_code]
    rows, _ = list_areas(AreaScope((area_code,)), level="grid", on_date=today(), page_size=100_000)
    return [row.code for row in rows]


def _give(rule: TaskRule, area_code: str, period: str, day: date) -> bool:
    has_ground = "photo_duty" in county().settings.burdens
    try:
        with unit_of_work(housekeeping="the deed's line follows"):
            task = Task.create(
                area_code=area_code,
                title=rule.title,
                text=rule.text,
                due=day.replace(day=rule.day_of_month) + timedelta(days=rule.days),
                evidence=WORDS if rule.evidence == PHOTO and not has_ground else rule.evidence,
                given_by=rule.given_by,
                given_at=now(),
                rule_id=rule.id,
                period=period,
            )
    except IntegrityError:
        return False  # given already
    TaskStep.create(task_id=task.id, at=now(), account_id=rule.given_by, step="give", note="")
    return True
