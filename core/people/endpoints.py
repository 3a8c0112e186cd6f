"""The JSON interface of households and persons."""

import re
from typing import Any

from flask import Response, request

from core.api import Blueprint, Page
from core.errors import NotFound
from core.people import queries, services
from core.people.homes import last_household_of
from core.people.leavings import left_of
from core.people.rows import HouseholdRow, PersonRow
from core.people.schemas import (
    ExportQuery,
    HouseholdChanges,
    HouseholdDetailSchema,
    HouseholdQuery,
    HouseholdSchema,
    ImportQuery,
    ImportReportSchema,
    ImportUndoneSchema,
    NewHousehold,
    NewLeaving,
    PersonSchema,
    RevealedSchema,
    RevealRequest,
    TakenBack,
    import_report,
)
from core.scope import AreaScope
from core.security import Actor
from core.sheets import ImportRefused, SheetEmpty, Upload
from core.text import N_
from core.web import save_as

api = Blueprint("people", __name__, description=N_("户与居民"))

_TABLE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV or XLSX",
                        }
                    },
                }
            }
        },
    }
}
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_EXPORT = {
    "responses": {
        "200": {
            "description": "One row a person; ID numbers and phones masked.",
            "content": {
                "text/csv": _FILE,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _FILE,
            },
        }
    }
}


@api.operation(
    "GET",
    "/households",
    "listHouseholds",
    access="people.view",
    returns=HouseholdSchema,
    many=True,
    query=HouseholdQuery,
)
def list_households(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Households that have not ended, by area and number; search by name, number, citizen ID or phone."""
    found, total = queries.list_households(
        actor.demand("people.view"),
        search=query["search"],
        area_code=query.get("area_code"),
        page=query["page"],
        page_size=query["page_size"],
    )
    return Page(found, total)


@api.operation(
    "GET",
    "/households/<string:household_id>",
    "getHousehold",
    access="people.view",
    returns=HouseholdDetailSchema,
)
def get_household(actor: Actor, *, household_id: str) -> dict[str, Any]:
    """One household with its members, masked, and who left it."""
    return _detail(actor.demand("people.view"), _key(household_id))


@api.operation(
    "POST",
    "/households",
    "createHousehold",
    access="people.edit",
    returns=HouseholdDetailSchema,
    status=201,
    body=NewHousehold,
)
def create_household(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Register a household with its members."""
    persons = [PersonRow(**{**person, "tags": tuple(person["tags"])}) for person in body["persons"]]
    key = services.create_household(actor, HouseholdRow(**{**body, "persons": persons}))
    return _detail(actor.demand("people.edit"), key)


@api.operation(
    "PATCH",
    "/households/<string:household_id>",
    "updateHousehold",
    access="people.edit",
    returns=HouseholdDetailSchema,
    body=HouseholdChanges,
)
def update_household(actor: Actor, *, household_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change a household's number, address or area."""
    key = _key(household_id)
    services.update_household(actor, key, **body)
    return _detail(actor.demand("people.edit"), key)


@api.operation(
    "POST",
    "/household-imports",
    "importHouseholds",
    access="people.import",
    returns=ImportReportSchema,
    query=ImportQuery,
    errors=(413,),
)
@api.doc(**_TABLE)  # type: ignore[untyped-decorator]  # flask-smorest is untyped
def import_households(actor: Actor, *, query: dict[str, Any]) -> dict[str, Any]:
    """Register the residents of a table, all or nothing; with `dry_run` only look.

    A table with mistakes is refused (422), `errors` naming row and column; a dry run answers 200 and
    lists them.
    """
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        raise SheetEmpty
    outcome = services.import_households(actor, Upload(file.filename or "", data), dry_run=query["dry_run"])
    if not outcome.clean and not outcome.dry_run:
        errors: dict[str, list[str]] = {}
        for mistake in outcome.mistakes:
            errors.setdefault(f"{mistake.row}.{mistake.column}", []).append(mistake.sentence())
        raise ImportRefused(fields=errors, mistakes=outcome.mistake_count)
    return import_report(outcome)


@api.operation(
    "POST",
    "/household-imports/<string:import_id>/undo",
    "undoHouseholdImport",
    access="people.import",
    returns=ImportUndoneSchema,
)
def undo_household_import(actor: Actor, *, import_id: str) -> dict[str, Any]:
    """Take an import back as long as nothing stands on it; its `id` is the import's `batch`."""
    batch = services.undo_import(actor, _key(import_id))
    return {"id": batch.id, "households": batch.households, "persons": batch.persons}


@api.operation(
    "GET", "/household-exports", "exportHouseholds", access="people.export", returns=None, query=ExportQuery
)
@api.doc(**_EXPORT)  # type: ignore[untyped-decorator]
def export_households(actor: Actor, *, query: dict[str, Any]) -> Response:
    """The households of the list as CSV or XLSX, masked; leaves a line in the record."""
    name, mimetype, body = services.export_households(actor, **query)
    return save_as(name, mimetype, body)


@api.operation("GET", "/persons/<string:person_id>", "getPerson", access="people.view", returns=PersonSchema)
def get_person(actor: Actor, *, person_id: str) -> queries.PersonBrief:
    """One person, masked; whoever has left is no member and is listed at the household."""
    return queries.person(actor.demand("people.view"), _key(person_id))


@api.operation(
    "POST",
    "/persons/<string:person_id>/reveals",
    "revealField",
    access="people.reveal",
    returns=RevealedSchema,
    body=RevealRequest,
)
def reveal_field(actor: Actor, *, person_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """One sensitive field in clear, for a stated purpose; leaves a line in the record."""
    key = _key(person_id)
    return {"id": key, "field": body["field"], "value": services.reveal_field(actor, key, **body)}


@api.operation(
    "POST",
    "/persons/<string:person_id>/leaving",
    "leaveRegister",
    access="people.edit",
    returns=HouseholdDetailSchema,
    body=NewLeaving,
)
def leave_register(actor: Actor, *, person_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say that a person died or moved away alone; answers the household they leave.

    Refused for a head without `new_head_id` while others remain (`household_head_needed`).
    """
    key = _key(person_id)
    services.leave_register(actor, key, **body)
    return _detail_of(actor, key)


@api.operation(
    "POST",
    "/persons/<string:person_id>/leaving/take-back",
    "takeLeavingBack",
    access="people.edit",
    returns=HouseholdDetailSchema,
    body=TakenBack,
)
def take_leaving_back(actor: Actor, *, person_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """The person is a member again, with the tags they held; accounts that were closed stay closed."""
    key = _key(person_id)
    services.take_leaving_back(actor, key, **body)
    return _detail_of(actor, key)


def _detail_of(actor: Actor, person_id: int) -> dict[str, Any]:
    household_id = last_household_of(person_id)
    assert household_id is not None, "the service has found the person"
    return _detail(actor.demand("people.edit"), household_id)


def _detail(scope: AreaScope, household_id: int) -> dict[str, Any]:
    brief = queries.household(scope, household_id)
    return {**vars(brief), "persons": queries.persons_of(brief.id), "left": left_of(scope, brief.id)}


def _key(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)
