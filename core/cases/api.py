"""The door of the cases module: everything that upper modules and plugins may use.

The loop that everything raised ends in (四级事务处理).
"""

from core.cases.kinds import kind_of, kind_title, kinds
from core.cases.queries.cases import (
    AssignmentView,
    StepView,
    assignments,
    case,
    case_by_code,
    case_by_number,
    code_of,
    timeline,
)
from core.cases.queries.lists import list_cases
from core.cases.queries.units import UnitView, list_units, units_for, units_of
from core.cases.queries.views import CaseView
from core.cases.rows import Helper, NewCase
from core.cases.services.dispatching import dispatch_case, escalate_case, return_case, transfer_case
from core.cases.services.filing import create_case
from core.cases.services.resolving import cancel_case, close_case, rate_case, reopen_case, resolve_case
from core.cases.services.supervising import spot_check_case, urge_case
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
    "FLAGS",
    "LEVEL_NAMES",
    "LIGHTS",
    "OPEN",
    "OUTCOMES",
    "STATES",
    "AssignmentView",
    "CaseView",
    "Helper",
    "NewCase",
    "StepView",
    "UnitView",
    "accept_case",
    "assignments",
    "cancel_case",
    "case",
    "case_by_code",
    "case_by_number",
    "close_case",
    "code_of",
    "comment_case",
    "create_case",
    "dispatch_case",
    "escalate_case",
    "finish_help",
    "kind_of",
    "kind_title",
    "kinds",
    "list_cases",
    "list_units",
    "pause_case",
    "rate_case",
    "reopen_case",
    "resolve_case",
    "resume_case",
    "return_case",
    "spot_check_case",
    "start_case",
    "timeline",
    "transfer_case",
    "units_for",
    "units_of",
    "urge_case",
]
