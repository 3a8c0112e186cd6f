"""What is wrong with the cases: findings for the doctor. What takes long was looked at in the night."""

from collections.abc import Iterator

from peewee import fn

from core.cases.models import Case, Rule, Unit
from core.cases.queries.proof import last_proof, missing_triggers
from core.cases.words import OPEN
from core.clock import CalendarMissing, today
from core.county import county
from core.hookspecs import Finding


def findings() -> Iterator[Finding]:
    """Timelines that were altered, cases at closed units, a table without lines, a year without calendar."""
    if gone := missing_triggers():
        names = "、".join(gone)
        yield Finding("case_triggers_missing", f"数据库里缺少防止改动事项时间线的触发器：{names}", True)
    proof = last_proof()
    if proof is not None and proof.mistakes:
        text = f"夜间核对事项时间线发现 {proof.mistakes} 处不符：{proof.first_mistake}"
        yield Finding("case_timelines_altered", text, True)
    closed = Unit.unscoped("the doctor looks at the whole county", Unit.id).where(
        Unit.closed_at.is_null(False)
    )
    lost = Case.unscoped("the doctor looks at the whole county", fn.COUNT(Case.id)).where(
        Case.state.in_(OPEN) & Case.unit_id.in_(closed)
    )
    if count := lost.scalar():
        yield Finding("cases_at_closed_units", f"有 {count} 件在办事项停在已撤销的单位", True)
    # Who has no cases yet needs no rules yet.
    waiting = Case.unscoped("the doctor looks at the whole county", Case.id).where(Case.state.in_(OPEN))
    if not Rule.select().where(Rule.until.is_null()).exists() and waiting.exists():
        text = "事项分派规则还是空的：所有事项先到村社，由村书记逐件交办"
        yield Finding("case_rules_missing", text, False)
    yield from _calendar()


def _calendar() -> Iterator[Finding]:
    day = today()
    try:
        county().calendar.is_working_day(day)
    except CalendarMissing:
        text = f"{day.year} 年没有放假安排，事项期限按周一至周五估算；请导入国务院办公厅的放假通知"
        yield Finding("case_calendar_missing", text, False)
