"""Shapes of the JSON interface, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, PageQuery, Strict


class ElderMealsMeal(Schema):
    """A meal of somebody on a day."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    person_id = Id(required=True)
    person_name = fields.String(required=True)
    day = fields.Date(required=True)
    fetched_at = Moment(required=True, allow_none=True)


class ElderMealsNewMeal(Strict):
    """For whom and for which day."""

    person_id = Id(required=True)
    day = fields.Date(required=True)


class ElderMealsMealId(Schema):
    """The key of a meal."""

    id = Id(required=True)


class ElderMealsDay(PageQuery):
    """Which day; today without one."""

    day = fields.Date()


class ElderMealsMonthQuery(Schema):
    """Which month, 2026-03."""

    month = fields.String(required=True, validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z"))


class ElderMealsMonth(Schema):
    """How many meals a village served in the month."""

    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    meals = fields.Integer(required=True)
