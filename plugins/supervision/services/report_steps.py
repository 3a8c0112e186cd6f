"""What every deed on a report does: a step, a clock, a message, a line on record."""

from collections.abc import Iterable
from typing import Any

from peewee import fn

from core import audit
from core.cases.api import days_from
from core.clock import now
from core.county import county, plugin_settings
from core.db import rows
from core.notices.api import Accounts, notify
from core.security import Actor
from core.text import N_
from plugins.supervision.errors.reports import ReportMovedOn
from plugins.supervision.models.reports import MisconductReport, ReportStep
from plugins.supervision.queries.report_desk import subject_of
from plugins.supervision.queries.report_reach import appointers, officers
from plugins.supervision.report_words import LEVEL_DIGITS, RECEIVED, STATES, TOWN

NOTICE, NOTICE_LATE = "supervision.report_came", "supervision.report_late"
NOTICE_UNATTENDED = "supervision.report_unattended"
# Lines on record and files of a report belong to no area, so that no list of an area counts them: whom it
# concerns could else tell from one line more than they see reports. The chain holds them all the same.
SEALED_AREA = ""
CAME = N_("有一件群众监督反映待分办，请在 %(day)s 前分给专人。")
GIVEN = N_("有一件群众监督反映分给了您，请在 %(day)s 前答复。")
URGED = N_("一件群众监督反映被催办，请尽快办理。")
SOON = N_("一件群众监督反映快到期了，请在 %(day)s 前办理。")
LATE = N_("一件群众监督反映已经超期，请立即办理。")
UNATTENDED = N_("有一件群众监督反映涉及县区全部纪检监察干部，没有人能办理，请另行任命一位纪检监察干部。")


def setting(name: str) -> int:
    """A number of the county's [plugin.supervision]."""
    return int(plugin_settings("supervision")[name])


def write_step(
    actor: Actor, row: MisconductReport, deed: str, note: str = "", *, handler_id: int | None = None
) -> None:
    """One more step on the timeline, at the office and round that the row now says."""
    ((last,),) = rows(
        ReportStep.select(fn.COALESCE(fn.MAX(ReportStep.number), 0)).where(ReportStep.report_id == row.id)
    )
    ReportStep.create(
        report_id=row.id,
        number=int(last) + 1,
        round=row.round,
        at=now(),
        deed=deed,
        level_code=row.level_code,
        account_id=actor.account_id,
        handler_id=handler_id,
        note=note,
    )


def change(row: MisconductReport, **changes: Any) -> None:
    """Change a row that nobody has changed meanwhile. Raises ReportMovedOn."""
    before = (MisconductReport.state == row.state) & (MisconductReport.round == row.round)
    same = before & (MisconductReport.level_code == row.level_code)
    changed = MisconductReport.update(**changes).where((MisconductReport.id == row.id) & same).execute()
    if not changed:
        raise ReportMovedOn(state=STATES[row.state])
    for name, value in changes.items():
        setattr(row, name, value)


def demand_state(row: MisconductReport, states: Iterable[str]) -> None:
    """Raises ReportMovedOn in any other state."""
    if row.state not in states:
        raise ReportMovedOn(state=STATES[row.state])


def clock(days: int) -> dict[str, Any]:
    """The columns of a fresh clock of so many working days."""
    found = days_from(now(), days)
    return {
        "due_at": found.due_at,
        "yellow_at": found.yellow_at,
        "is_guessed": found.guessed,
        "reminded_at": None,
    }


def no_clock() -> dict[str, Any]:
    """The columns of a report with which nobody has to do anything."""
    return {"due_at": None, "yellow_at": None, "is_guessed": False, "reminded_at": None}


def above(row: MisconductReport) -> str:
    """The area of the office above; of the county itself where there is none."""
    return str(row.level_code)[: LEVEL_DIGITS["county"]]


def is_at_county(row: MisconductReport) -> bool:
    """Whether there is no office above."""
    return len(row.level_code) < LEVEL_DIGITS[TOWN]


def move_up(actor: Actor, row: MisconductReport, deed: str, note: str = "", **changes: Any) -> None:
    """Hand a report to the office above (of the county: to the same), where it waits to be assigned."""
    change(
        row,
        level_code=above(row),
        state=RECEIVED,
        handler_id=None,
        urged_at=None,
        **clock(setting("report_assign_days")),
        **changes,
    )
    write_step(actor, row, deed, note)
    tell_office(row, CAME)


def tell_office(row: MisconductReport, text: str, kind: str = NOTICE) -> None:
    """A message to those of the office who may see the report; without names, and not out of the house.

    Where it concerns all of them, the county's administrators hear that somebody must be appointed.
    """
    found = [each.account_id for each in officers(row)]
    if found or not is_at_county(row):
        tell(row, found, text, kind)
        return
    code = county().settings.county_code
    to = Accounts(tuple(appointers(row)))
    notify(to, NOTICE_UNATTENDED, UNATTENDED, {}, subject="", url="/accounts/", urgent=True, area_code=code)


def tell(row: MisconductReport, account_ids: Iterable[int], text: str, kind: str = NOTICE) -> None:
    """The same to these accounts."""
    notify(
        Accounts(tuple(account_ids)),
        kind,
        text,
        {"day": row.due_at.date().isoformat() if row.due_at else ""},
        subject=subject_of(row.id),
        url=f"/supervision/reports/desk/{row.id}",
        urgent=kind == NOTICE_LATE,
        area_code=row.level_code,
    )


def record(actor: Actor, action: str, row: MisconductReport, **detail: Any) -> None:
    """A line on record that no list shows (SEALED_AREA); what happened stands with the report's steps."""
    audit.record(actor, action, area_code=SEALED_AREA, subject=subject_of(row.id), **detail)
