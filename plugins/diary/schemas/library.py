"""Shapes of the smaller registers, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Points, Strict, Text
from plugins.diary.library_words import CATEGORIES, CHECKED, FIELDS, FOR, MOVES, RESULTS

_PERIOD = validate.Regexp(r"^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?\Z")
_INDICATOR = validate.Regexp(r"^([a-z_]{1,20}|own:[0-9]{1,12})\Z")
_ASKED_PERIOD = validate.Regexp(r"^(20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?)?\Z")
_ASKED_INDICATOR = validate.Regexp(r"^([a-z_]{1,20}|own:[0-9]{1,12})?\Z")


class FoundSchema(Schema):
    """What somebody found of an item."""

    result = fields.String(required=True, validate=validate.OneOf(list(RESULTS)))
    remark = fields.String(required=True)
    account_name = fields.String(required=True)
    at = Moment(required=True)


class CheckItemSchema(Schema):
    """Something that was drawn: its id on the list, its lot; `found`: the last one stands."""

    id = Id(required=True)
    place = fields.Integer(required=True)
    subject_id = Id(required=True)
    label = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    lot = fields.String(required=True)
    found = fields.List(fields.Nested(FoundSchema), required=True)


class SpotCheckSchema(Schema):
    """A spot check. `share`: found true, in tenths of a percent of `looked_at`; null where that is none."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(CHECKED)))
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    wanted = fields.Integer(required=True)
    size = fields.Integer(required=True)
    list_hash = fields.String(required=True)
    seed = fields.String(required=True)
    source = fields.String(required=True)
    draw_on = fields.Date(required=True)
    at = Moment(required=True)
    beacon = fields.String(required=True)
    is_drawn = fields.Boolean(required=True)
    drawn_at = Moment(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    found_true = fields.Integer(required=True)
    looked_at = fields.Integer(required=True)
    share = fields.Integer(required=True, allow_none=True)


class SpotCheckPage(SpotCheckSchema):
    """The same with the list it was drawn from (one id a line) and what came out."""

    population = fields.String(required=True)
    items = fields.List(fields.Nested(CheckItemSchema), required=True)


class IndicatorValueSchema(Schema):
    """A village's figure of a period as it stands, with its source."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    indicator = fields.String(required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True)
    period = fields.String(required=True)
    value = fields.String(required=True)
    version = fields.Integer(required=True)
    document = fields.String(required=True)
    person = fields.String(required=True)
    day = fields.Date(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class IndicatorQuery(PageQuery):
    """Which figures."""

    area_code = AreaCode(load_default="")
    indicator = fields.String(load_default="", validate=_ASKED_INDICATOR)
    period = fields.String(load_default="", validate=_ASKED_PERIOD)


class NewIndicatorValue(Strict):
    """A figure and its source. `value`: a number with two decimals at most."""

    area_code = AreaCode(required=True)
    indicator = fields.String(required=True, validate=_INDICATOR)
    period = fields.String(required=True, validate=_PERIOD)
    value = Text(20, required=True)
    document = Text(100, required=True)
    person = Text(60, required=True)
    day = fields.Date(required=True)


class EvaluationSchema(Schema):
    """What became of an area's cases; rates in tenths of a percent, null where nothing counts."""

    id = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    received = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    rated = fields.Integer(required=True)
    satisfied = fields.Integer(required=True)
    due = fields.Integer(required=True)
    resolution = fields.Integer(required=True, allow_none=True)
    satisfaction = fields.Integer(required=True, allow_none=True)


class EvaluationQuery(Strict):
    """Of which area's parts, from a day to a day, both inclusive."""

    area_code = AreaCode(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class PolicySchema(Schema):
    """A document of the library as it stands. `is_read`: by whoever asks."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    category = fields.String(required=True, validate=validate.OneOf(list(CATEGORIES)))
    title = fields.String(required=True)
    text = fields.String(required=True)
    version = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    is_public = fields.Boolean(required=True)
    is_valid = fields.Boolean(required=True)
    is_read = fields.Boolean(required=True)
    changed_at = Moment(required=True)


class PolicyFile(Schema):
    """A file of a document."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    url = fields.String(required=True)


class PolicyPage(PolicySchema):
    """The same with its link and files."""

    link = fields.String(required=True)
    files = fields.List(fields.Nested(PolicyFile), required=True)


class PolicyQuery(PageQuery):
    """Which documents. `search`: words that all stand in title or text, of one sign or more."""

    search = Text(60, load_default="")
    category = fields.String(load_default="", validate=validate.OneOf(["", *CATEGORIES]))
    area_code = AreaCode(load_default="")
    valid = fields.Boolean(load_default=True)


class ExpertSchema(Schema):
    """An expert; the phone is masked."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    name = fields.String(required=True)
    field = fields.String(required=True, validate=validate.OneOf(list(FIELDS)))
    speciality = fields.String(required=True)
    unit = fields.String(required=True)
    phone_masked = fields.String(required=True)
    available = fields.String(required=True)


class ExpertQuery(PageQuery):
    """Which experts: who can be asked in an area; `search`: a part of name, speciality or unit."""

    area_code = AreaCode(load_default="")
    field = fields.String(load_default="", validate=validate.OneOf(["", *FIELDS]))
    search = Text(60, load_default="")


class SupplySchema(Schema):
    """An item in one store."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    place = fields.String(required=True)
    low_mark = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    is_low = fields.Boolean(required=True)


class SupplyQuery(PageQuery):
    """Which items; `low`: only those that run short."""

    area_code = AreaCode(load_default="")
    search = Text(60, load_default="")
    low = fields.Boolean(load_default=False)


class SupplyEntrySchema(Schema):
    """A line of the ledger; `quantity` is below zero for what went out, `balance` what was left."""

    id = Id(required=True)
    supply_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(MOVES)))
    quantity = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    who = fields.String(required=True)
    for_kind = fields.String(required=True)
    for_id = Id(required=True, allow_none=True)
    for_label = fields.String(required=True)
    corrects = Id(required=True, allow_none=True)
    note = fields.String(required=True)
    day = fields.Date(required=True)
    at = Moment(required=True)


class SupplyIssue(Strict):
    """How much goes out, who received it, for which case, household or visit (its number)."""

    quantity = Points(most=1_000_000, required=True)
    who = Text(60, required=True)
    for_kind = fields.String(load_default="", validate=validate.OneOf(["", *FOR]))
    for_number = Text(40, load_default="")
    note = Text(200, load_default="")
    day = fields.Date(load_default=None, allow_none=True)


class SupplyTransfer(Strict):
    """How much goes to the same item in another store."""

    to_id = Id(required=True)
    quantity = Points(most=1_000_000, required=True)
    note = Text(200, load_default="")
    day = fields.Date(load_default=None, allow_none=True)


class SupplyReceipt(Strict):
    """How much came in, from whom."""

    quantity = Points(most=1_000_000, required=True)
    who = Text(60, required=True)
    note = Text(200, load_default="")
    day = fields.Date(load_default=None, allow_none=True)
