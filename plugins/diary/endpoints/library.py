"""The smaller registers as JSON: spot checks, indicators, library, experts, supplies."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from core.api import Page
from core.errors import Invalid
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from plugins.diary.endpoints import api, key
from plugins.diary.queries import checks, experts, indicators, library, supplies
from plugins.diary.schemas import library as shapes
from plugins.diary.services import indicators as entering
from plugins.diary.services import supplies as store

VIEW = "diary.view"
PUBLIC = "public: policies that are marked as public are there for everybody"


@api.operation(
    "GET",
    "/spot-checks",
    "listSpotChecks",
    access=VIEW,
    returns=shapes.SpotCheckSchema,
    many=True,
    query=PageQuery,
)
def list_spot_checks(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Spot checks of one's areas, the newest first."""
    return Page(*checks.list_checks(actor.demand(VIEW), **query))


@api.operation(
    "GET",
    "/spot-checks/<string:spot_check_id>",
    "getSpotCheck",
    access=VIEW,
    returns=shapes.SpotCheckPage,
)
def get_spot_check(actor: Actor, *, spot_check_id: str) -> dict[str, Any]:
    """One with its frozen list, so that anybody can draw it again, and with what was found."""
    scope, number = actor.demand(VIEW), key(spot_check_id)
    view = checks.spot_check(scope, number)
    names = ("is_drawn", "found_true", "looked_at", "share")
    return (
        asdict(view)
        | {name: getattr(view, name) for name in names}
        | {"population": checks.list_of(scope, number)}
    )


@api.operation(
    "GET",
    "/indicators",
    "listIndicators",
    access=VIEW,
    returns=shapes.IndicatorValueSchema,
    many=True,
    query=shapes.IndicatorQuery,
    errors=(404,),
)
def list_indicators(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Figures of the villages of one's areas as they stand now."""
    scope = actor.demand(VIEW, query["area_code"] or None)
    return Page(*indicators.list_values(scope, **query))


@api.operation(
    "POST",
    "/indicators",
    "recordIndicator",
    access=entering.ENTER,
    returns=shapes.IndicatorValueSchema,
    status=201,
    body=shapes.NewIndicatorValue,
    errors=(404, 409),
)
def record_indicator(actor: Actor, *, body: dict[str, Any]) -> indicators.ValueView:
    """Enter a village's figure of a period; 409 where it was entered before."""
    source = entering.Source(**{name: body.pop(name) for name in ("document", "person", "day")})
    number = entering.record_value(actor, body.pop("area_code"), source=source, **body)
    return indicators.versions_of(actor.scope(entering.ENTER), number)[0]


@api.operation(
    "GET",
    "/evaluations",
    "listEvaluations",
    access=VIEW,
    returns=shapes.EvaluationSchema,
    many=True,
    query=shapes.EvaluationQuery,
    errors=(404,),
)
def list_evaluations(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Resolution and satisfaction of the parts of an area, with what the rates are made of."""
    scope = actor.demand(VIEW, query["area_code"])
    if not timedelta(0) <= query["until"] - query["since"] <= timedelta(days=730):
        raise Invalid(fields={"until": [N_("时段应在两年以内，结束不早于开始。")]})
    found = indicators.evaluations(scope, **query)
    names = ("id", "area_code", "area_name", "due", "resolution", "satisfaction")
    shown = [asdict(each.numbers) | {name: getattr(each, name) for name in names} for each in found]
    return Page(shown, len(shown))


@api.operation(
    "GET",
    "/policies",
    "listPolicies",
    access=PUBLIC,
    returns=shapes.PolicySchema,
    many=True,
    query=shapes.PolicyQuery,
)
def list_policies(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Policies and courses: staff get those for their area and role, everybody else the public ones."""
    return Page(*library.list_documents(actor, **query))


@api.operation("GET", "/policies/<string:policy_id>", "getPolicy", access=PUBLIC, returns=shapes.PolicyPage)
def get_policy(actor: Actor, *, policy_id: str) -> dict[str, Any]:
    """One of them, in its newest version, with its files."""
    view = library.document(actor, key(policy_id))
    version = library.version_of(actor, view.id, view.version)
    return asdict(view) | {"is_valid": view.is_valid, "link": version.link, "files": version.files}


@api.operation(
    "GET",
    "/experts",
    "listExperts",
    access=VIEW,
    returns=shapes.ExpertSchema,
    many=True,
    query=shapes.ExpertQuery,
    errors=(404,),
)
def list_experts(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Experts who serve one's areas, by field."""
    scope = actor.demand(VIEW, query["area_code"] or None)
    return Page(*experts.list_experts(scope, **query))


@api.operation(
    "GET",
    "/supplies",
    "listSupplies",
    access=VIEW,
    returns=shapes.SupplySchema,
    many=True,
    query=shapes.SupplyQuery,
    errors=(404,),
)
def list_supplies(actor: Actor, *, query: dict[str, Any]) -> Page:
    """What lies in the stores of one's areas."""
    scope = actor.demand(VIEW, query["area_code"] or None)
    return Page(*supplies.list_supplies(scope, **query))


@api.operation(
    "GET",
    "/supplies/<string:supply_id>/entries",
    "listSupplyEntries",
    access=VIEW,
    returns=shapes.SupplyEntrySchema,
    many=True,
    query=PageQuery,
)
def list_supply_entries(actor: Actor, *, supply_id: str, query: dict[str, Any]) -> Page:
    """An item's ledger, the newest line first."""
    return Page(*supplies.supply_entries(actor.demand(VIEW), key(supply_id), **query))


@api.operation(
    "POST",
    "/supplies/<string:supply_id>/issues",
    "issueSupply",
    access=supplies.KEEP,
    returns=shapes.SupplyEntrySchema,
    status=201,
    body=shapes.SupplyIssue,
    key="required",
    errors=(409,),
)
def issue_supply(actor: Actor, *, supply_id: str, body: dict[str, Any]) -> supplies.EntryView:
    """Hand something out; 409 where there is not so much."""
    number = store.issue_supply(actor, key(supply_id), store.Issue(**body))
    return supplies.supply_entry(actor.scope(supplies.KEEP), number)


@api.operation(
    "POST",
    "/supplies/<string:supply_id>/receipts",
    "receiveSupply",
    access=supplies.KEEP,
    returns=shapes.SupplyEntrySchema,
    status=201,
    body=shapes.SupplyReceipt,
    key="required",
    errors=(409,),
)
def receive_supply(actor: Actor, *, supply_id: str, body: dict[str, Any]) -> supplies.EntryView:
    """Something came in."""
    number = store.receive_supply(actor, key(supply_id), **body)
    return supplies.supply_entry(actor.scope(supplies.KEEP), number)


@api.operation(
    "POST",
    "/supplies/<string:supply_id>/transfers",
    "transferSupply",
    access=supplies.KEEP,
    returns=shapes.SupplyEntrySchema,
    status=201,
    body=shapes.SupplyTransfer,
    key="required",
    errors=(409,),
)
def transfer_supply(actor: Actor, *, supply_id: str, body: dict[str, Any]) -> supplies.EntryView:
    """Some of it goes to another store: the line that goes out; 409 where there is not so much."""
    gone, _ = store.transfer_supply(actor, key(supply_id), store.Transfer(**body))
    return supplies.supply_entry(actor.scope(supplies.KEEP), gone)
