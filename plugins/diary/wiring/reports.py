"""Analysis reports, awards and the cockpit: what they add to the county."""

from core.hookspecs import Event, Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary import jobs
from plugins.diary.endpoints import leading
from plugins.diary.endpoints import reports as endpoints
from plugins.diary.faces import reports as faces
from plugins.diary.models.reports import Nomination, Report, ReportTemplate
from plugins.diary.views import awards, cockpit, reports

assert all((awards, cockpit, endpoints, leading, reports))

LEADER = frozenset({"diary.report", "diary.cockpit", "diary.awards"})
# An event's listener has half a minute: what is not written by then is left to the job.
_SECONDS = 10.0


def on_event(event: Event) -> None:
    """A report that somebody asked for is written at once, as far as time allows."""
    if event.kind == "diary.ReportAsked":
        jobs.write_asked_reports(_SECONDS)


PART = Part(
    models=(Report, ReportTemplate, Nomination),
    roles=(
        Role("county_admin", N_("县区管理员"), LEADER),
        Role("town_official", N_("镇街工作人员"), LEADER),
        Role("secretary", N_("村书记"), frozenset({"diary.cockpit"})),
        Role("supervisor", N_("督查员"), frozenset({"diary.report", "diary.cockpit"})),
    ),
    audit_titles={
        "diary.ask_report": N_("要求撰写民情分析报告"),
        "diary.finish_report": N_("写成民情分析报告"),
        "diary.fail_report": N_("民情分析报告没有写成"),
        "diary.retry_report": N_("重写民情分析报告"),
        "diary.keep_template": N_("启用报告模板"),
        "diary.drop_template": N_("改回默认报告模板"),
        "diary.nominate": N_("提出评优名单"),
        "diary.decide_nomination": N_("决定评优名单"),
    },
    jobs=(
        Job("diary.ask_reports", N_("每月民情分析报告"), jobs.ask_reports, daily="03:20"),
        Job("diary.write_reports", N_("撰写民情分析报告"), jobs.write_asked_reports, every=1),
    ),
    menu_items=faces.menu_items,
    on_event=on_event,
)
