"""The door of the cases module: everything that upper modules and plugins may use.

The loop that everything raised ends in (四级事务处理).
"""

from core.cases.clocks import Clock, days_from
from core.cases.desks import Desk
from core.cases.kinds import kind_of, kind_title, kinds
from core.cases.namelessness import without_names, without_numbers
from core.cases.queries.cases import (
    AssignmentView,
    StepView,
    assignments,
    case,
    case_by_code,
    case_by_number,
    case_holder,
    code_of,
    public_case,
    timeline,
)
from core.cases.queries.counts import (
    CaseMark,
    Lights,
    case_marks,
    lights_by_area,
    open_case_counts,
    worked_case_count,
)
from core.cases.queries.desk import Column, DeskView, board, desk, open_cases_at
from core.cases.queries.duplicates import Suggestion, suggest_duplicates
from core.cases.queries.figures import (
    Figures,
    added,
    figures,
    figures_by_area,
    figures_by_area_and_kind,
)
from core.cases.queries.lists import FACTS, list_cases, list_public_cases
from core.cases.queries.numbers import number_of
from core.cases.queries.periods import answered_cases, numbered_cases
from core.cases.queries.rules import RuleView, list_rules
from core.cases.queries.units import UnitView, list_units, members_of, units_for, units_of
from core.cases.queries.views import CaseView
from core.cases.queries.why import Sentence, why_here, why_sentences
from core.cases.queries.workers import workers_of
from core.cases.rows import Helper, NewCase
from core.cases.services.bulk import PastCase, PastStep, write_past_cases
from core.cases.services.dispatching import dispatch_case, escalate_case, return_case, transfer_case
from core.cases.services.filing import create_case, file_case
from core.cases.services.merging import merge_case
from core.cases.services.moving import hand_over_cases, move_cases
from core.cases.services.rating import cancel_case, close_case, rate_case, record_rating, reopen_case
from core.cases.services.resolving import resolve_case
from core.cases.services.rules import RuleRow, create_rule, replace_rule, stop_rule
from core.cases.services.supervising import spot_check_case, urge_case
from core.cases.services.units import add_member, close_unit, create_unit, end_member
from core.cases.services.working import (
    accept_case,
    comment_case,
    finish_help,
    pause_case,
    resume_case,
    start_case,
)
from core.cases.words import (
    DEEDS,
    DIFFICULTY_NAMES,
    FLAGS,
    LEVEL_NAMES,
    LIGHTS,
    OPEN,
    OUTCOMES,
    STATES,
)

__all__ = [
    "DEEDS",
    "DIFFICULTY_NAMES",
    "FACTS",
    "FLAGS",
    "LEVEL_NAMES",
    "LIGHTS",
    "OPEN",
    "OUTCOMES",
    "STATES",
    "AssignmentView",
    "CaseMark",
    "CaseView",
    "Clock",
    "Column",
    "Desk",
    "DeskView",
    "Figures",
    "Helper",
    "Lights",
    "NewCase",
    "PastCase",
    "PastStep",
    "RuleRow",
    "RuleView",
    "Sentence",
    "StepView",
    "Suggestion",
    "UnitView",
    "accept_case",
    "add_member",
    "added",
    "answered_cases",
    "assignments",
    "board",
    "cancel_case",
    "case",
    "case_by_code",
    "case_by_number",
    "case_holder",
    "case_marks",
    "close_case",
    "close_unit",
    "code_of",
    "comment_case",
    "create_case",
    "create_rule",
    "create_unit",
    "days_from",
    "desk",
    "dispatch_case",
    "end_member",
    "escalate_case",
    "figures",
    "figures_by_area",
    "figures_by_area_and_kind",
    "file_case",
    "finish_help",
    "hand_over_cases",
    "kind_of",
    "kind_title",
    "kinds",
    "lights_by_area",
    "list_cases",
    "list_public_cases",
    "list_rules",
    "list_units",
    "members_of",
    "merge_case",
    "move_cases",
    "number_of",
    "numbered_cases",
    "open_case_counts",
    "open_cases_at",
    "pause_case",
    "public_case",
    "rate_case",
    "record_rating",
    "reopen_case",
    "replace_rule",
    "resolve_case",
    "resume_case",
    "return_case",
    "spot_check_case",
    "start_case",
    "stop_rule",
    "suggest_duplicates",
    "timeline",
    "transfer_case",
    "units_for",
    "units_of",
    "urge_case",
    "why_here",
    "why_sentences",
    "without_names",
    "without_numbers",
    "worked_case_count",
    "workers_of",
    "write_past_cases",
]
