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


class PatrolSettings(Strict):
    """`patrol_minutes`: how long a grid is to be walked a day (Longyou: four hours).
    `patrol_close_hours`: what shows no sign of life for so long is ended by the nightly job.
    `patrol_radius`: metres within which a position counts as at the point; `patrol_fastest`: metres a second
    that nobody walks or drives faster; `patrol_track_days`: how long tracks are kept."""

    patrol_minutes = fields.Integer(load_default=240, strict=True, validate=validate.Range(10, 720))
    patrol_close_hours = fields.Integer(load_default=6, strict=True, validate=validate.Range(1, 48))
    patrol_radius = fields.Integer(load_default=150, strict=True, validate=validate.Range(20, 2000))
    patrol_fastest = fields.Float(load_default=40.0, validate=validate.Range(3, 100))
    patrol_track_days = fields.Integer(load_default=90, strict=True, validate=validate.Range(1, 730))


class PartySettings(Strict):
    """How often a linked household of each colour is visited at least, in days (黄橙红三色)."""

    visit_days_yellow = fields.Integer(load_default=90, strict=True, validate=validate.Range(1, 366))
    visit_days_orange = fields.Integer(load_default=30, strict=True, validate=validate.Range(1, 366))
    visit_days_red = fields.Integer(load_default=7, strict=True, validate=validate.Range(1, 366))


class GridSettings(DivisionSettings, StaffingSettings, PatrolSettings, PartySettings):
    """All settings of the plugin; each subject has its own parent class."""
