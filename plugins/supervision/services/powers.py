"""The county's power list: items added, given a next version from a day on, ended. Nothing is overwritten."""

import re
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.errors.powers import PowerChanged, PowerEnded, PowerSame, PowerThere
from plugins.supervision.models.powers import PowerItem, PowerVersion
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries.powers import PowerView, Step, item_row, last_version, steps_text

KEEP = "supervision.powers"
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,19}")
MOST_STEPS, MOST_DAYS = 12, 250


@value_class
class PowerText:
    """What an item says: its steps, the post that answers for it, law and article (or nothing)."""

    title: str
    post: str
    steps: tuple[Step, ...]
    ground: str = ""


def add_power(actor: Actor, code: str, power_class: str, text: PowerText, *, valid_from: date) -> int:
    """A new item of the county's list, from a day on (a past one too); returns its id.

    Raises Forbidden, PowerThere, Invalid (fields).
    """
    _demand(actor)
    wrong = mistakes_in(text)
    if not CODE.fullmatch(code):
        wrong["code"] = [N_("编码为 2 到 20 位大写字母、数字和短横，以字母开头。")]
    if power_class not in CLASSES:
        wrong["power_class"] = [N_("请选择六类中的一类。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the item's line follows"):
                item = PowerItem.create(code=code, power_class=power_class)
        except IntegrityError:
            raise PowerThere(fields={"code": [PowerThere.text]}, power=code) from None
        _write(actor, item, 1, text, valid_from, "")
        _record(actor, "supervision.add_power", item, version=1)
    return int(item.id)


def change_power(
    actor: Actor, code: str, text: PowerText, *, valid_from: date, version: int, note: str
) -> int:
    """The item's next version, from today or a later day on; returns its number.

    `version`: the newest one that the change was made from; `note`: what changed. What held on days past
    stays what it was. Raises Forbidden, NotFound, PowerEnded, PowerChanged, PowerSame, Invalid.
    """
    _demand(actor)
    wrong, words = mistakes_in(text), cleaned(note)
    if not 1 <= len(words) <= 200:
        wrong["note"] = [N_("请写明改了什么，至多 200 个字。")]
    with unit_of_work():
        item, last = _open(code)
        if last.version != version:
            raise PowerChanged(version=last.version)
        if valid_from < max(today(), last.valid_from):
            wrong["valid_from"] = [N_("新版本最早从今天、且不早于上一版起生效。")]
        if wrong:
            raise Invalid(fields=wrong)
        if is_same(last, text):
            raise PowerSame
        _write(actor, item, version + 1, text, valid_from, words)
        _record(actor, "supervision.change_power", item, version=version + 1)
    return version + 1


def end_power(actor: Actor, code: str, *, until: date, why: str) -> None:
    """The item holds to the end of a day (today or later).

    Raises Forbidden, NotFound, PowerEnded, Invalid.
    """
    _demand(actor)
    wrong: dict[str, list[str]] = {}
    words = cleaned(why)
    if until < today():
        wrong["until"] = [N_("最后一天不能早于今天。")]
    if not 1 <= len(words) <= 200:
        wrong["why"] = [N_("请写明为什么停用，至多 200 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        item, _ = _open(code)
        PowerItem.update(until=until, why_ended=words).where(PowerItem.id == item.id).execute()
        _record(actor, "supervision.end_power", item, until=until.isoformat())


def is_same(view: PowerView, text: PowerText) -> bool:
    """Whether a version says what `text` says."""
    new, old = _columns(text), (view.title, view.post, view.ground, steps_text(view.steps))
    return old == (new["title"], new["post"], new["ground"], new["steps"])


def mistakes_in(text: PowerText) -> dict[str, list[str]]:
    """What is wrong in it, by field."""
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(cleaned(text.title)) <= 80:
        wrong["title"] = [N_("请写事项名称，至多 80 个字。")]
    if not 1 <= len(cleaned(text.post)) <= 60:
        wrong["post"] = [N_("请写责任岗位，至多 60 个字。")]
    if len(cleaned(text.ground)) > 300:
        wrong["ground"] = [N_("至多 300 个字。")]
    if not 1 <= len(text.steps) <= MOST_STEPS:
        wrong["steps"] = [N_("请写 1 到 12 个步骤。")]
    else:
        found = [said for number, step in enumerate(text.steps, 1) for said in step_mistakes(number, step)]
        if found:
            wrong["steps"] = found
    return wrong


def step_mistakes(number: int, step: Step) -> list[str]:
    """What is wrong in the step of this number."""
    said = []
    if not 1 <= len(cleaned(step.title)) <= 40 or not 1 <= len(cleaned(step.who)) <= 40:
        said.append(N_("每个步骤都要写名称和责任人，各至多 40 个字。"))
    if len(cleaned(step.documents)) > 120 or len(cleaned(step.back_when)) > 40:
        said.append(N_("步骤的材料至多 120 个字，退回情形至多 40 个字。"))
    if step.days is not None and not 1 <= step.days <= MOST_DAYS:
        said.append(N_("时限为 1 到 250 个工作日。"))
    if step.back_to is not None and not 1 <= step.back_to < number:
        said.append(N_("只能退回到前面的步骤。"))
    if bool(cleaned(step.back_when)) != (step.back_to is not None):
        said.append(N_("退回的步骤和退回情形要一起写。"))
    return said


def _demand(actor: Actor) -> None:
    actor.demand(KEEP, county().settings.county_code)


def _open(code: str) -> tuple[PowerItem, PowerView]:
    item, last = item_row(code), last_version(code)
    if item.until is not None:
        raise PowerEnded
    return item, last


def _columns(text: PowerText) -> dict[str, str]:
    steps = [
        Step(
            cleaned(step.title),
            cleaned(step.who),
            cleaned(step.documents),
            step.days,
            step.back_to,
            cleaned(step.back_when),
        )
        for step in text.steps
    ]
    return {
        "title": cleaned(text.title),
        "post": cleaned(text.post),
        "ground": cleaned(text.ground),
        "steps": steps_text(steps),
    }


def _write(actor: Actor, item: PowerItem, number: int, text: PowerText, valid_from: date, note: str) -> None:
    values: dict[str, Any] = {**_columns(text), "note": note, "account_id": actor.account_id, "at": now()}
    try:
        with unit_of_work(housekeeping="the version's line follows"):
            PowerVersion.create(power_id=item.id, number=number, valid_from=valid_from, **values)
    except IntegrityError:
        raise PowerChanged(version=number) from None  # another one committed meanwhile


def _record(actor: Actor, action: str, item: PowerItem, **more: Any) -> None:
    audit.record(
        actor,
        action,
        area_code=county().settings.county_code,
        subject=f"supervision_power:{item.id}",
        code=item.code,
        **more,
    )
