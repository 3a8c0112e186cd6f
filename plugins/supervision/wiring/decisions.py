"""Decisions, their rolls, ballots and log: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.supervision.decision_words import EVENT_TITLES
from plugins.supervision.endpoints import decisions as endpoints
from plugins.supervision.endpoints import voters as voter_endpoints
from plugins.supervision.faces import decisions as faces
from plugins.supervision.models.decisions import (
    Ballot,
    BallotCheck,
    Concerned,
    Decision,
    DecisionVersion,
    LogEntry,
    Recusal,
    RollEntry,
    Voter,
)
from plugins.supervision.models.execution import ExecutionLine, Rating
from plugins.supervision.models.steps import StepSheet
from plugins.supervision.models.voting import BallotPhoto, VoterBatch, VoteReminder
from plugins.supervision.queries import attachments, execution, steps
from plugins.supervision.services.voter_notices import KINDS
from plugins.supervision.services.voters import end_seats_of
from plugins.supervision.views import (
    decision_sheets,
    decision_steps,
    decisions,
    open_decisions,
    recusals,
    voters,
)
from plugins.supervision.views import execution as execution_pages

assert all(
    (decision_sheets, decision_steps, decisions, endpoints, execution_pages, recusals, voter_endpoints)
)
assert all((open_decisions, voters))

VIEW = frozenset({"supervision.view"})
DECIDE = VIEW | {"supervision.decide", "supervision.voters"}

PART = Part(
    person_left=end_seats_of,
    models=(
        *(Decision, Concerned, DecisionVersion, Voter, RollEntry, Recusal, Ballot, BallotCheck, LogEntry),
        *(StepSheet, ExecutionLine, Rating, BallotPhoto, VoterBatch, VoteReminder),
    ),
    roles=(
        Role("county_admin", N_("县区管理员"), DECIDE),
        Role("town_official", N_("镇街工作人员"), DECIDE),
        Role("secretary", N_("村书记"), DECIDE),
        Role("supervisor", N_("督查员"), VIEW),
        Role("resident", N_("居民"), frozenset({"supervision.rate"})),
    ),
    audit_titles={
        **{f"supervision.{event}": title for event, title in EVENT_TITLES.items()},
        "supervision.rate_result": N_("评价实施结果"),
        "supervision.log": N_("记入决策日志"),
        "supervision.add_voter": N_("登记表决人员"),
        "supervision.end_voter": N_("终止表决身份"),
        "supervision.import_voters": N_("导入表决名册"),
        "supervision.undo_voters": N_("撤销导入的表决名册"),
        "supervision.check_voter_table": N_("检查表决名册表格"),
        "supervision.seed": N_("生成模拟数据"),
    },
    file_owners={
        "supervision_decision": attachments.sees_files,
        "supervision_step": steps.sees_photos,
        "supervision_execution": execution.sees_photos,
    },
    notice_kinds=KINDS,
    menu_items=faces.menu_items,
    veto_import_undo=faces.veto_import_undo,
)
