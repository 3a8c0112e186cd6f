"""Forms of the staff pages. Each step names the version of the case that its page showed."""

from datetime import date, datetime, time
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from core.cases.words import DIFFICULTIES, DOWN, LEVELS, OUTCOMES, UP
from core.clock import CHINA
from core.fields import AreaCode, FormPoints, Id, Text
from core.text import N_

_REASON, _NOTE, _TEXT = 2_000, 2_000, 5_000
_VALUE = validate.Regexp(r"^((area|unit):[0-9]{1,15})\Z", error=N_("请选择一个承办的地方。"))


class _Form(Schema):
    """A form may hold what only its page needs."""

    class Meta:
        unknown = EXCLUDE


class Optional(fields.Field[int | None]):
    """A number that may be left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | None:
        return int(FormPoints(least=0, most=10**9).deserialize(value)) if str(value).strip() else None


class EndOfDay(fields.Field[datetime | None]):
    """A day as a date field says it: its end of office hours; nothing when left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime | None:
        if not str(value).strip():
            return None
        try:
            day = date.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(N_("应为日期，如 2026-03-01。")) from None
        return datetime.combine(day, time(17, 30), CHINA)


class SeenForm(_Form):
    """A step without words."""

    version = Optional(load_default=None)


class NoteForm(SeenForm):
    """A step with words, if there are any."""

    note = Text(_NOTE, load_default="")


class ReasonForm(SeenForm):
    """A step that is done only with a reason; the service says when it is missing."""

    reason = Text(_REASON, load_default="")


class DispatchForm(NoteForm):
    """To which desk, who helps, how hard it is."""

    target = fields.String(
        required=True, validate=_VALUE, error_messages={"required": N_("请选择交给谁办。")}
    )
    helpers = fields.List(fields.String(validate=_VALUE), load_default=list, validate=validate.Length(max=10))
    difficulty = fields.String(load_default="", validate=validate.OneOf(["", *DIFFICULTIES]))


class TransferForm(ReasonForm):
    """To which desk."""

    target = fields.String(
        required=True, validate=_VALUE, error_messages={"required": N_("请选择交给谁办。")}
    )


class ResolveForm(ReasonForm):
    """What became of it."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf([name for name in OUTCOMES if name != "merged"]),
        error_messages={"required": N_("请选择办理结果。")},
    )
    answer = Text(_NOTE, load_default="")


class PauseForm(ReasonForm):
    """Until when, if that is known."""

    until = EndOfDay(load_default=None)


class CheckForm(NoteForm):
    """What a spot check found."""

    passed = fields.Boolean(required=True, error_messages={"required": N_("请选择抽查结果。")})


class RecordedRateForm(NoteForm):
    """What the reporter said when staff asked."""

    thumb = fields.String(
        required=True,
        validate=validate.OneOf([UP, DOWN]),
        error_messages={"required": N_("请点“满意”或“不满意”。")},
    )
    solved = fields.Boolean(required=True, error_messages={"required": N_("请点“解决了”或“没有解决”。")})


class MergeForm(ReasonForm):
    """Into which case."""

    into = Id(required=True)


class FileForm(_Form):
    """A case that staff file for somebody in the register, or for their area."""

    kind = Text(60, shortest=1, required=True, error_messages={"required": N_("请选择种类。")})
    text = Text(_TEXT, load_default="")
    place = Text(200, load_default="")
    difficulty = fields.String(load_default="", validate=validate.OneOf(["", *DIFFICULTIES]))
    area_code = AreaCode(load_default="")
    person_id = Optional(load_default=None)
    urgent = fields.Boolean(load_default=False)
    private = fields.Boolean(load_default=False)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(_NOTE, load_default="")


class UnitForm(_Form):
    """A new unit; its level is that of its area."""

    name = Text(60, shortest=1, required=True)
    area_code = AreaCode(required=True)


class MemberForm(_Form):
    """Who works in a unit."""

    account_id = Id(required=True, error_messages={"required": N_("请先选择账号。")})


class CloseUnitForm(_Form):
    """Who takes its work."""

    successor_id = Optional(load_default=None)


class RuleForm(_Form):
    """A line of the routing table."""

    kind = Text(60, shortest=1, required=True)
    difficulty = fields.String(load_default="*", validate=validate.OneOf(["*", *DIFFICULTIES]))
    area_code = AreaCode(required=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    unit_id = Optional(load_default=None)
    accept_hours = FormPoints(required=True, most=80)
    resolve_days = FormPoints(required=True, most=90)
    direct = fields.Boolean(load_default=False)
    position = FormPoints(required=True, least=0, most=100_000)
    note = Text(200, load_default="")


class PeriodForm(_Form):
    """Which days the figures are of; what can't be read counts as not said."""

    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
