"""JSON operations of cases: filing, reading, lists."""

from dataclasses import replace
from typing import Any

from core.api import Blueprint, Page
from core.cases import schemas
from core.cases.kinds import demand_kind_at, kinds
from core.cases.queries import cases, duplicates, lists, units
from core.cases.queries.reach import MANAGE, REPORT, VIEW
from core.cases.queries.views import CaseView
from core.cases.rows import NewCase
from core.cases.services.filing import create_case as file_case
from core.errors import NotFound
from core.fields import PageQuery
from core.hookspecs import CaseKind
from core.security import Actor
from core.text import N_

api = Blueprint("cases", __name__, description=N_("事项：反馈、交办、办理、评价、督办"))
SIGNED_IN = "signed in"
_MOST_DIGITS = 15


def case_id_of(raw_id: str) -> int:
    """An id in an address. Raises NotFound for what is none."""
    if not raw_id.isascii() or not raw_id.isdigit() or len(raw_id) > _MOST_DIGITS:
        raise NotFound
    return int(raw_id)


@api.operation(
    "POST",
    "/cases",
    "createCase",
    access=REPORT,
    body=schemas.NewCaseSchema,
    returns=schemas.CaseSchema,
    status=201,
    errors=(404,),
)
def create_case(actor: Actor, *, body: dict[str, Any]) -> CaseView:
    """File a case, also for somebody in the register.

    A channel that posts the same `external_id` again gets the first case; each account has its own numbers.
    """
    new = NewCase(**body)
    demand_kind_at(new.kind, new.area_code)
    if new.external_id:
        # Two accounts may number their cases alike: neither reads the other's.
        new = replace(new, external_id=f"{actor.account_id}:{new.external_id}")
    return cases.case(actor, file_case(actor, new))


@api.operation("GET", "/cases/<string:case_id>", "getCase", access=SIGNED_IN, returns=schemas.CaseSchema)
def get_case(actor: Actor, *, case_id: str) -> CaseView:
    """One case: one's own, one of one's unit, or one in the areas whose cases the actor may view."""
    return cases.case(actor, case_id_of(case_id))


@api.operation(
    "GET",
    "/cases",
    "listCases",
    access=SIGNED_IN,
    returns=schemas.CaseSchema,
    many=True,
    query=schemas.CaseQuery,
)
def list_cases(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The cases that the actor may see, the newest first."""
    return Page(*lists.list_cases(actor, **query))


@api.operation(
    "GET",
    "/cases/<string:case_id>/steps",
    "listCaseSteps",
    access=SIGNED_IN,
    returns=schemas.StepSchema,
    many=True,
    query=PageQuery,
)
def list_steps(actor: Actor, *, case_id: str, query: dict[str, Any]) -> Page:
    """The timeline, oldest first. Whoever only filed the case gets it without notes between colleagues."""
    return _part(cases.timeline_for(actor, case_id_of(case_id)), query)


@api.operation(
    "GET",
    "/cases/<string:case_id>/duplicates",
    "suggestDuplicates",
    access=VIEW,
    returns=schemas.DuplicateSchema,
    many=True,
)
def suggest_duplicates(actor: Actor, *, case_id: str) -> Page:
    """Cases of the same village and week that may tell of the same, most alike first; at most five."""
    found = duplicates.suggest_duplicates(actor, case_id_of(case_id))
    return Page(found, len(found))


@api.operation(
    "GET",
    "/public-cases",
    "listPublicCases",
    access="public: answers that are marked as public are there for everybody, without names",
    returns=schemas.PublicCaseSchema,
    many=True,
    query=schemas.PublicCaseQuery,
)
def list_public_cases(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Answered cases that everybody may read, the newest first."""
    return Page(*lists.list_public_cases(**query))


@api.operation(
    "GET",
    "/case-kinds",
    "listCaseKinds",
    access=SIGNED_IN,
    returns=schemas.KindSchema,
    many=True,
    query=PageQuery,
)
def list_kinds(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The kinds of cases that are on, by name."""
    found: list[CaseKind] = [kind for _, kind in sorted(kinds().items())]
    return _part(found, query)


@api.operation(
    "GET",
    "/units",
    "listUnits",
    access=SIGNED_IN,
    returns=schemas.UnitSchema,
    many=True,
    query=schemas.UnitQuery,
)
def list_units(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The units in the areas whose cases the actor may view or whose units they look after."""
    scope = actor.scope(VIEW) if actor.may(VIEW) else actor.scope(MANAGE)
    return _part(units.list_units(scope, closed=query["closed"]), query)


def _part(found: list[Any], query: dict[str, Any]) -> Page:
    start = (query["page"] - 1) * query["page_size"]
    return Page(found[start : start + query["page_size"]], len(found))
