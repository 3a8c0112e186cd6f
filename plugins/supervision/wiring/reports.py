"""One-tap supervision (监督一点通): what it adds to the county."""

from core.hookspecs import Job, NoticeKind
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.supervision.endpoints import reports as endpoints
from plugins.supervision.faces import reports as faces
from plugins.supervision.models.reports import MisconductReport, ReportFile, ReportStep, ReportSubject
from plugins.supervision.queries.report_health import findings
from plugins.supervision.queries.report_reach import OFFICER, sees_files
from plugins.supervision.report_words import OFFICER_TITLE
from plugins.supervision.services.report_steps import NOTICE, NOTICE_LATE, NOTICE_UNATTENDED
from plugins.supervision.services.report_watch import watch_reports
from plugins.supervision.views import report_desk, report_posters, report_tracking, reports

assert all((endpoints, report_desk, report_posters, report_tracking, reports))

REPORT = frozenset({"supervision.report"})
WATCH = frozenset({"supervision.report_figures"})
HANDLE = WATCH | {"supervision.handle", "supervision.reveal_reporter"}


def _watch() -> None:
    watch_reports()


PART = Part(
    models=(MisconductReport, ReportSubject, ReportStep, ReportFile),
    roles=(
        Role(OFFICER, OFFICER_TITLE, HANDLE, watches=True),
        Role("county_admin", N_("县区管理员"), WATCH),
        Role("supervisor", N_("督查员"), WATCH),
        Role("resident", N_("居民"), REPORT),
        Role("grid_leader", N_("网格长"), REPORT),
        Role("grid_member", N_("专职网格员"), REPORT),
        Role("assistant", N_("网格协管员"), REPORT),
    ),
    audit_titles={
        "supervision.report_misconduct": N_("收到监督反映"),
        "supervision.rate_report": N_("反映人评价"),
        "supervision.assign_report": N_("分办监督反映"),
        "supervision.urge_report": N_("催办监督反映"),
        "supervision.transfer_report": N_("监督反映转上一级"),
        "supervision.answer_report": N_("答复监督反映"),
        "supervision.end_report": N_("办结监督反映"),
        "supervision.reveal_reporter": N_("查看实名反映人身份"),
        "supervision.export_reports": N_("导出监督反映清单"),
        "supervision.remind_report": N_("监督反映临期提醒"),
        "supervision.climb_report": N_("监督反映超期升级"),
        "supervision.raise_report": N_("监督反映因任职变动升级"),
        "supervision.release_report": N_("监督反映重新分办"),
    },
    jobs=(Job("supervision.watch_reports", N_("监督反映的提醒、升级和办结"), _watch, every=30),),
    # Inbox alone: a message on a phone may be read by whoever sits beside it.
    notice_kinds={
        NOTICE: NoticeKind(N_("有监督反映要办")),
        NOTICE_LATE: NoticeKind(N_("监督反映要抓紧办")),
        NOTICE_UNATTENDED: NoticeKind(N_("监督反映没有人能办")),
    },
    file_owners={"supervision_report": sees_files},
    menu_items=faces.menu_items,
    home_cards=faces.home_cards,
    check_health=findings,
)
