"""The config section [plugin.grid]: ambiguities that are the county's to decide."""

from marshmallow import fields, validate

from core.fields import Strict


class DivisionSettings(Strict):
    """`out_of_proportion`: a grid with more than so many times (or less than one so-manieth of) the
    households of its village's median grid is flagged. `map_longitude`, `map_latitude`: where an empty
    map opens. `map_datum`: in what the maps are shown (wgs84 or gcj02)."""

    out_of_proportion = fields.Float(load_default=1.6, validate=validate.Range(1.1, 10))
    map_longitude = fields.Float(load_default=115.93, validate=validate.Range(73, 136))
    map_latitude = fields.Float(load_default=31.85, validate=validate.Range(3, 54))
    map_datum = fields.String(load_default="wgs84", validate=validate.OneOf(["wgs84", "gcj02"]))


class StaffingSettings(Strict):
    """`overload_households`: more of them for one full-time member is an overload.
    `overload_grids`: more grids than that for one person is an overload."""

    overload_households = fields.Integer(load_default=300, strict=True, validate=validate.Range(20, 5000))
    overload_grids = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 20))


class GridSettings(DivisionSettings, StaffingSettings):
    """All settings of the plugin; each subject has its own parent class."""
