"""Shapes of grids and posts, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, PageQuery, Strict, Text
from plugins.grid.words import CAPACITIES, STAFF_ROLES


class GridPost(Schema):
    """A post of 1+1+N: who, as what, from which day to which (both inclusive)."""

    id = Id(required=True)
    area_code = AreaCode(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(STAFF_ROLES)))
    person_id = Id(required=True)
    name = fields.String(required=True)
    capacity = fields.String(required=True, validate=validate.OneOf(list(CAPACITIES)))
    account_id = Id(required=True, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class Grid(Schema):
    """A grid with today's figures. `flag`: large or small against its village's median, or empty."""

    id = AreaCode(required=True, attribute="code", dump_only=True)
    area_code = AreaCode(required=True, attribute="code", dump_only=True)
    name = fields.String(required=True)
    village_code = AreaCode(required=True)
    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)
    special = fields.Integer(required=True)
    open_work = fields.Dict(fields.String(), fields.Integer(), required=True, attribute="work")
    has_boundary = fields.Boolean(required=True)
    flag = fields.String(required=True, validate=validate.OneOf(["", "large", "small"]))


class GridDetail(Grid):
    """A grid with its people and border. `current_code`: where an old code leads today."""

    path = fields.String(required=True)
    current_code = AreaCode(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    posts = fields.List(fields.Nested(GridPost), required=True)
    boundary = fields.Dict(required=True, allow_none=True)
    datum = fields.String(required=True, allow_none=True)


class GridQuery(PageQuery):
    """Which grids: all of one's areas, or those in `area_code`."""

    area_code = AreaCode()


class NewGridPost(Strict):
    """A post to give. `since`: today unless it is said."""

    role = fields.String(required=True, validate=validate.OneOf(list(STAFF_ROLES)))
    person_id = Id(required=True)
    since = fields.Date()
    until = fields.Date(load_default=None, allow_none=True)
    capacity = fields.String(load_default="", validate=validate.OneOf(["", *CAPACITIES]))
    phone = Text(20, load_default="")
