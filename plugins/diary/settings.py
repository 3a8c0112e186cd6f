"""The config section [plugin.diary]: how often whom to visit, by the county's own rules."""

from marshmallow import fields, validate

from core.fields import Strict, Text

_DAYS = validate.Range(1, 366)
_WEIGHT = validate.Range(0, 100)


class DiarySettings(Strict):
    """Days between two visits to the same door; what is not set follows from the yearly visit to all.

    `days_must`: the five kinds always to be visited (五必访); `days_tagged`: special groups; `days_mid` to
    `days_high`: households of somebody of that risk level (low and mid-low ones: once a year);
    `days_establishment`: enterprises, co-operatives, family farms. `soon_days`: a visit is shown as due so
    many days ahead. `edit_days`: an entry's author may change it for so long. `index_visits` visits a month
    and problems worth `index_difficulty` (small 1, medium 2, large 3) are the whole of their terms of the
    index; `weight_*`: what each term weighs (`weight_on_time` in lists for awards only); `award_size`: how
    many a list for an award puts forward. `lines`: the county's own lines of service (条线), code and title,
    beside those that plugins register. Topics (一类事) are looked for in the entries of the last
    `topic_days`: entries of at least `topic_villages` villages, `topic_likeness` per cent alike or more.
    `meeting_residents_percent`: how many of those who come to a deliberation or reply meeting must be
    ordinary residents (document 001 asks for more of them and names no figure).
    """

    days_must = fields.Integer(load_default=90, strict=True, validate=_DAYS)
    days_tagged = fields.Integer(load_default=60, strict=True, validate=_DAYS)
    days_mid = fields.Integer(load_default=60, strict=True, validate=_DAYS)
    days_mid_high = fields.Integer(load_default=30, strict=True, validate=_DAYS)
    days_high = fields.Integer(load_default=7, strict=True, validate=_DAYS)
    days_establishment = fields.Integer(load_default=90, strict=True, validate=_DAYS)
    soon_days = fields.Integer(load_default=7, strict=True, validate=validate.Range(0, 60))
    index_visits = fields.Integer(load_default=20, strict=True, validate=validate.Range(1, 500))
    index_difficulty = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 500))
    weight_visits = fields.Integer(load_default=30, strict=True, validate=_WEIGHT)
    weight_frequency = fields.Integer(load_default=20, strict=True, validate=_WEIGHT)
    weight_difficulty = fields.Integer(load_default=20, strict=True, validate=_WEIGHT)
    weight_satisfaction = fields.Integer(load_default=30, strict=True, validate=_WEIGHT)
    lines = fields.Dict(
        fields.String(validate=validate.Regexp(r"^[a-z][a-z_]{0,29}\Z")),
        Text(20, shortest=1),
        load_default=dict,
    )
    weight_on_time = fields.Integer(load_default=20, strict=True, validate=_WEIGHT)
    award_size = fields.Integer(load_default=5, strict=True, validate=validate.Range(1, 50))
    edit_days = fields.Integer(load_default=7, strict=True, validate=validate.Range(1, 366))
    topic_days = fields.Integer(load_default=365, strict=True, validate=validate.Range(7, 3660))
    topic_villages = fields.Integer(load_default=3, strict=True, validate=validate.Range(2, 100))
    topic_likeness = fields.Integer(load_default=50, strict=True, validate=validate.Range(20, 95))
    meeting_residents_percent = fields.Integer(load_default=50, strict=True, validate=validate.Range(0, 90))
