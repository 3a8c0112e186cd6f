"""The six steps of a decision: the sheet that counts of each, and what is still missing."""

from datetime import date, datetime
from typing import Any

from core.accounts.api import account_names
from core.clock import today
from core.errors import NotFound
from core.files.api import FileBrief, files_of_many
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.decision_form import text_digest
from plugins.supervision.decision_words import BEFORE_NOTICE, STEP_TITLES
from plugins.supervision.models.decisions import Decision
from plugins.supervision.models.steps import StepSheet
from plugins.supervision.queries.decisions import area_of
from plugins.supervision.sheet_rules import written

_REACHED = "of a decision that was reached"
VIEW = "supervision.view"


@value_class
class StepView:
    """A step as it stands: `sheet_id` None while it is not on record; `is_of_text`: of the text as it is now.

    `rule`: present, agree, of what; `corrections`: how many earlier sheets there are.
    """

    step: int
    title: str
    sheet_id: int | None
    body: str
    day: date | None
    due: int | None
    present: int | None
    agree: int | None
    signatures: int | None
    rule: tuple[str, str, str] | None
    note: str
    account_name: str
    at: datetime | None
    is_of_text: bool
    corrections: int
    photos: list[FileBrief]


def photos_of(sheet_id: int) -> str:
    """The subject of a sheet's photos."""
    return f"supervision_step:{sheet_id}"


def sheets_of(decision_id: int) -> dict[int, StepSheet]:
    """Step -> the sheet that counts, of a decision that was reached."""
    query = StepSheet.unscoped(_REACHED).where(StepSheet.decision_id == decision_id)
    return {row.step: row for row in query.order_by(StepSheet.step, StepSheet.number)}


def steps_of(row: Decision) -> list[StepView]:
    """All six steps of a decision that was reached."""
    sheets = sheets_of(row.id)
    names = account_names([sheet.account_id for sheet in sheets.values() if sheet.account_id])
    photos = files_of_many([photos_of(sheet.id) for sheet in sheets.values()])
    mark = text_digest(row.title, row.text, row.budget_fen)
    return [
        _view(
            step,
            sheet := sheets.get(step),
            names.get(sheet.account_id, "") if sheet else "",
            photos[photos_of(sheet.id)] if sheet else [],
            mark,
        )
        for step in STEP_TITLES
    ]


def _view(
    step: int, sheet: StepSheet | None, account_name: str, photos: list[FileBrief], mark: str
) -> StepView:
    names = ("body", "day", "due", "present", "agree", "signatures", "note", "at")
    values: dict[str, Any] = {name: getattr(sheet, name) if sheet else None for name in names}
    return StepView(
        step=step,
        title=STEP_TITLES[step],
        sheet_id=sheet.id if sheet else None,
        rule=written(sheet.rule) if sheet and sheet.rule else None,
        account_name=account_name,
        is_of_text=sheet is None or sheet.digest == mark,
        corrections=sheet.number - 1 if sheet else 0,
        photos=photos,
        **{**values, "body": values["body"] or "", "note": values["note"] or ""},
    )


def missing_step(decision_id: int) -> int:
    """The first of the steps before the notice that is not on record; 0 when all are."""
    sheets = sheets_of(decision_id)
    return next((step for step in BEFORE_NOTICE if step not in sheets), 0)


def days_for(decision_id: int, step: int) -> tuple[date, date]:
    """Between which days a step's meeting may have been: not before the step before, not after the next."""
    sheets = sheets_of(decision_id)
    before = [sheet.day for number, sheet in sheets.items() if number < step]
    after = [sheet.day for number, sheet in sheets.items() if number > step]
    return max(before, default=date(2000, 1, 1)), min([*after, today()])


def sees_photos(actor: Actor, subject: str) -> bool:
    """Whether an actor may see the papers of a step: whoever sees decisions of that village."""
    sheet_id = subject.partition(":")[2]
    query = StepSheet.unscoped("the sheet's place only; who may see it is asked next")
    sheet: StepSheet | None = query.where(StepSheet.id == int(sheet_id)).get_or_none()
    area_code = area_of(sheet.decision_id) if sheet else None
    return area_code is not None and actor.may(VIEW, area_code)


def sheet_of(decision_id: int, step: int) -> StepSheet:
    """The sheet that counts. Raises NotFound."""
    found = sheets_of(decision_id).get(step)
    if found is None:
        raise NotFound
    return found
