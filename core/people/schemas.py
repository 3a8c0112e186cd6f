"""Shapes of households and persons, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from core.people.words import FIELDS, LEAVINGS, PURPOSES, RISK_LEVELS, TAGS
from core.sheets import Outcome


class PersonSchema(Schema):
    """A person with masked fields."""

    id = Id(required=True)
    household_id = Id(required=True)
    area_code = fields.String(required=True)
    name = fields.String(required=True)
    is_head = fields.Boolean(required=True)
    citizen_id_masked = fields.String(required=True)
    phone_masked = fields.String(required=True)
    risk_level = fields.String(required=True, validate=validate.OneOf(list(RISK_LEVELS)))
    tags = fields.List(fields.String(), required=True)
    synthetic = fields.Boolean(required=True)


class HouseholdSchema(Schema):
    """A household in a list."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    number = fields.String(required=True)
    head_name = fields.String(required=True)
    person_count = fields.Integer(required=True)
    has_address = fields.Boolean(required=True)
    synthetic = fields.Boolean(required=True)
    opened_at = Moment(required=True)
    ended_at = Moment(allow_none=True)


class HouseholdDetailSchema(HouseholdSchema):
    """A household with its members, and who left it."""

    persons = fields.List(fields.Nested(PersonSchema), required=True)
    left = fields.List(fields.Nested("LeftSchema"), required=True)


class LeftSchema(Schema):
    """Somebody who died or moved away. `person_id` is theirs, `left_on` the day of it."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    left_for = fields.String(required=True, validate=validate.OneOf(list(LEAVINGS)))
    left_on = fields.Date(required=True)
    note = fields.String(required=True)
    recorded_at = Moment(required=True)


class NewLeaving(Strict):
    """That somebody left. `new_head_id`: who becomes head where the head leaves and others remain."""

    left_for = fields.String(required=True, validate=validate.OneOf(list(LEAVINGS)))
    left_on = fields.Date(required=True)
    note = Text(200, load_default="")
    new_head_id = Id(load_default=None, allow_none=True)


class TakenBack(Strict):
    """Why a leaving is taken back."""

    reason = Text(200, shortest=1, required=True)


class NewPerson(Strict):
    """A person to be registered; numbers are checked by the service, with a sentence."""

    name = Text(60, shortest=1, required=True)
    citizen_id = Text(40, load_default="")
    phone = Text(40, load_default="")
    is_head = fields.Boolean(load_default=False)
    risk_level = fields.String(load_default="low", validate=validate.OneOf(list(RISK_LEVELS)))
    tags = fields.List(fields.String(validate=validate.OneOf(list(TAGS))), load_default=list)


class NewHousehold(Strict):
    """A household to be registered."""

    area_code = AreaCode(required=True)
    number = Text(30, shortest=1, required=True)
    address = Text(200, load_default="")
    persons = fields.List(fields.Nested(NewPerson), load_default=list, validate=validate.Length(max=50))


class HouseholdChanges(Strict):
    """What to change; what is absent stays."""

    area_code = AreaCode()
    number = Text(30, shortest=1)
    address = Text(200)


class HouseholdQuery(PageQuery):
    """Which households."""

    search = Text(60, load_default="")
    area_code = AreaCode()


class ExportQuery(Schema):
    """Which households, as what."""

    kind = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"]))
    search = Text(60, load_default="")
    area_code = AreaCode()


class RevealRequest(Strict):
    """Which field, and why."""

    field = fields.String(required=True, validate=validate.OneOf(list(FIELDS)))
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))


class RevealedSchema(Schema):
    """One field in clear. `id` is the person's."""

    id = Id(required=True)
    field = fields.String(required=True)
    value = fields.String(required=True)


class ImportQuery(Schema):
    """Whether only to look."""

    dry_run = fields.Boolean(load_default=False)


class MistakeSchema(Schema):
    """What is wrong in one cell."""

    row = fields.Integer(required=True)
    column = fields.String(required=True)
    text = fields.String(required=True)


class ImportReportSchema(Schema):
    """What an import did (or would do). `id` is the beginning of the file's SHA-256."""

    id = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    rows = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    mistake_count = fields.Integer(required=True)
    mistakes = fields.List(fields.Nested(MistakeSchema), required=True)
    batch = fields.String(allow_none=True, metadata={"description": "what to undo, when it was written"})


class ImportUndoneSchema(Schema):
    """An import that was taken back."""

    id = fields.String(required=True)
    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)


def import_report(outcome: Outcome) -> dict[str, object]:
    """An outcome in the shape of ImportReportSchema."""
    return {
        "id": outcome.digest[:16],
        "dry_run": outcome.dry_run,
        "rows": outcome.rows,
        "counts": outcome.counts,
        "mistake_count": outcome.mistake_count,
        "batch": outcome.batch,
        "mistakes": [
            {"row": mistake.row, "column": mistake.column, "text": mistake.sentence()}
            for mistake in outcome.mistakes
        ],
    }
