"""Whether reports have somebody who handles them.

Nobody learns here whom a report is about, not even how many there are.
"""

from collections.abc import Iterable

from core.accounts.api import holdings
from core.county import county
from core.hookspecs import Finding
from core.text import N_
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_reach import OFFICER, officers
from plugins.supervision.report_words import ENDED, RECEIVED

_MOST = 200


def findings() -> Iterable[Finding]:
    """Reports that nobody could answer: the county has no discipline officer, or they concern all of them."""
    code = county().settings.county_code
    if any(each.role == OFFICER for each in holdings(at=[code])):
        stuck = MisconductReport.unscoped("whether somebody may see each of them").where(
            (MisconductReport.level_code == code) & (MisconductReport.state == RECEIVED)
        )
        if any(not officers(row) for row in stuck.order_by(MisconductReport.received_at).limit(_MOST)):
            text = N_("有群众监督反映涉及县区全部“纪检监察干部”，没有人能办理，请另行任命一位。")
            yield Finding("supervision_report_unattended", text, grave=False)
        return
    waiting = MisconductReport.unscoped("whether any report waits").where(MisconductReport.state != ENDED)
    if waiting.exists():
        text = N_("有群众监督反映待办，但县区没有“纪检监察干部”账号，请在账号管理中任命。")
        yield Finding("supervision_no_discipline_officer", text, grave=False)
