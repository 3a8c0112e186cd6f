"""The config section [plugin.grid]: ambiguities that are the county's to decide."""

from marshmallow import fields, validate

from core.fields import Strict
from core.text import N_


class DivisionSettings(Strict):
    """When grids are out of proportion, and how maps open."""

    out_of_proportion = fields.Float(
        load_default=1.6,
        validate=validate.Range(1.1, 10),
        metadata={
            "title": N_("网格大小悬殊（倍）"),
            "help": N_("户数超过本村网格中位数多少倍，或不到多少分之一，就标出来。"),
        },
    )
    map_longitude = fields.Float(
        load_default=115.93,
        validate=validate.Range(73, 136),
        metadata={"title": N_("空地图的经度"), "help": N_("还没有图形时，地图打开的位置。")},
    )
    map_latitude = fields.Float(
        load_default=31.85,
        validate=validate.Range(3, 54),
        metadata={"title": N_("空地图的纬度"), "help": N_("还没有图形时，地图打开的位置。")},
    )
    map_datum = fields.String(
        load_default="wgs84",
        validate=validate.OneOf(["wgs84", "gcj02"], labels=["WGS 84", "GCJ-02"]),
        metadata={"title": N_("地图坐标"), "help": N_("wgs84 为 GPS 坐标，gcj02 为国内商业地图的坐标。")},
    )


class StaffingSettings(Strict):
    """What is too much for one full-time member."""

    overload_households = fields.Integer(
        load_default=300,
        strict=True,
        validate=validate.Range(20, 5000),
        metadata={"title": N_("户数过多"), "help": N_("一名专职网格员超过多少户算负担过重。")},
    )
    overload_grids = fields.Integer(
        load_default=1,
        strict=True,
        validate=validate.Range(1, 20),
        metadata={"title": N_("网格过多"), "help": N_("一个人超过几个网格算负担过重。")},
    )


class PatrolSettings(Strict):
    """How long to patrol, and which positions are believed. Minutes, hours, metres, metres a second, days."""

    patrol_minutes = fields.Integer(
        load_default=240,
        strict=True,
        validate=validate.Range(10, 720),
        metadata={
            "title": N_("每天巡查（分钟）"),
            "help": N_("每个网格一天巡查多久算达标（龙游：四小时）。"),
        },
    )
    patrol_close_hours = fields.Integer(
        load_default=6,
        strict=True,
        validate=validate.Range(1, 48),
        metadata={"title": N_("没有动静就结束（小时）"), "help": N_("多久没有动静，夜里由系统代为结束。")},
    )
    patrol_radius = fields.Integer(
        load_default=150,
        strict=True,
        validate=validate.Range(20, 2000),
        metadata={"title": N_("到点的距离（米）"), "help": N_("定位离点多少米以内算到了。")},
    )
    patrol_fastest = fields.Float(
        load_default=40.0,
        validate=validate.Range(3, 100),
        metadata={"title": N_("最快速度（米每秒）"), "help": N_("比它快的定位标为可疑。")},
    )
    patrol_track_days = fields.Integer(
        load_default=90,
        strict=True,
        validate=validate.Range(1, 730),
        metadata={"title": N_("轨迹保留（天）")},
    )


class PartySettings(Strict):
    """How often a linked household of each colour is visited at least, in days (黄橙红三色)."""

    visit_days_yellow = fields.Integer(
        load_default=90,
        strict=True,
        validate=validate.Range(1, 366),
        metadata={"title": N_("黄色联户的走访间隔（天）"), "help": N_("至少几天走访一次。")},
    )
    visit_days_orange = fields.Integer(
        load_default=30,
        strict=True,
        validate=validate.Range(1, 366),
        metadata={"title": N_("橙色联户的走访间隔（天）"), "help": N_("至少几天走访一次。")},
    )
    visit_days_red = fields.Integer(
        load_default=7,
        strict=True,
        validate=validate.Range(1, 366),
        metadata={"title": N_("红色联户的走访间隔（天）"), "help": N_("至少几天走访一次。")},
    )


class GridSettings(DivisionSettings, StaffingSettings, PatrolSettings, PartySettings):
    """All settings of the plugin; each subject has its own parent class."""
