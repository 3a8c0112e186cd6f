"""Whether reports have somebody who handles them."""

from collections.abc import Iterable

from core.accounts.api import holdings
from core.county import county
from core.hookspecs import Finding
from core.text import N_
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_reach import OFFICER
from plugins.supervision.report_words import ENDED


def findings() -> Iterable[Finding]:
    """Reports that are open while the county has no discipline officer: nobody could answer them."""
    held = holdings(at=[county().settings.county_code])
    if any(each.role == OFFICER for each in held):
        return
    waiting = MisconductReport.unscoped("whether any report waits").where(MisconductReport.state != ENDED)
    if waiting.exists():
        text = N_("有群众监督反映待办，但县区没有“纪检监察干部”账号，请在账号管理中任命。")
        yield Finding("supervision_no_discipline_officer", text, grave=False)
