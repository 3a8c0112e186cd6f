"""Household files as JSON."""

import re
from typing import Any

from flask import Response

from core.errors import NotFound
from core.security import Actor
from core.web import save_as
from plugins.grid.endpoints import api
from plugins.grid.queries.files import file_of
from plugins.grid.schemas.files import ExportQuery, FileChanges, HouseholdFileSchema, file_shape
from plugins.grid.services.file_exports import export_files
from plugins.grid.services.files import Entry, update_file


@api.operation(
    "GET",
    "/households/<string:household_id>/file",
    "getHouseholdFile",
    access="grid.file_view",
    returns=HouseholdFileSchema,
)
def get_household_file(actor: Actor, *, household_id: str) -> dict[str, Any]:
    """What is known of a household; sensitive values are masked."""
    return file_shape(file_of(actor.demand("grid.file_view"), key(household_id)))


@api.operation(
    "PATCH",
    "/households/<string:household_id>/file",
    "updateHouseholdFile",
    access="grid.file_edit",
    returns=HouseholdFileSchema,
    body=FileChanges,
)
def update_household_file(actor: Actor, *, household_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write values of a household's file, each kept with who, when, old and new.

    No values, or none that differ, confirm the file as of now. `changed` says how many did.
    """
    entries = [
        Entry(each["item"], each["person_id"], each.get("values", each["value"])) for each in body["values"]
    ]
    changed = update_file(actor, key(household_id), entries, seen_at=body["seen_at"])
    return file_shape(file_of(actor.demand("grid.file_edit"), key(household_id)), changed)


@api.operation(
    "GET",
    "/household-file-exports",
    "exportHouseholdFiles",
    access="grid.file_export",
    returns=None,
    query=ExportQuery,
    errors=(404,),
)
def export_household_files(actor: Actor, *, query: dict[str, Any]) -> Response:
    """The files of an area as CSV or XLSX, sensitive values masked; leaves a line in the record."""
    name, mimetype, body = export_files(actor, **query)
    return save_as(name, mimetype, body)


def key(text: str) -> int:
    """A key of the address. Raises NotFound for what is none."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)
