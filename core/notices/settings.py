"""The config section [plugin.notices]: quiet hours, the SMS gateway, group robots."""

import os
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from core.clock import CHINA
from core.county import plugin_settings
from core.fields import AreaCode, Strict
from core.value_classes import value_class

_TIME = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", error='应为引号里的时刻，如 "21:30"')
_ADDRESS = "应为以 http:// 或 https:// 开头的网址"
_URL = validate.Regexp(r"^https?://[^\s/]+(/\S*)?\Z", error=_ADDRESS)
_URL_OR_NONE = validate.Regexp(r"^(https?://[^\s/]+(/\S*)?)?\Z", error=_ADDRESS)
ROBOTS = ("dingtalk", "wecom")


class RobotSettings(Strict):
    """A group robot: which group (`group`, "" for every kind of message), of which area, at which address."""

    name = fields.String(required=True, validate=validate.Length(1, 40))
    channel = fields.String(required=True, validate=validate.OneOf(ROBOTS))
    area = AreaCode(required=True)
    group = fields.String(load_default="", validate=validate.Length(max=40))
    url = fields.String(required=True, validate=_URL)
    secret = fields.String(load_default="", validate=validate.Length(max=200))


class NoticesSettings(Strict):
    """`sms_url` and `sms_token` may also come from GRIDGOV_SMS_URL and GRIDGOV_SMS_TOKEN."""

    quiet_from = fields.String(load_default="21:30", validate=_TIME)
    quiet_until = fields.String(load_default="07:00", validate=_TIME)
    digest_minutes = fields.Integer(load_default=10, strict=True, validate=validate.Range(0, 240))
    sms_url = fields.String(load_default="", validate=_URL_OR_NONE)
    sms_token = fields.String(load_default="", validate=validate.Length(max=500))
    robots = fields.List(fields.Nested(RobotSettings), load_default=list)

    @validates_schema
    def names_are_unique(self, data: dict[str, Any], **_: Any) -> None:
        """Two robots of one name could not be told apart in the list of failures."""
        names = [robot["name"] for robot in data["robots"]]
        if len(names) != len(set(names)):
            raise ValidationError({"robots": ["机器人的 name 不能重复"]})


@value_class
class Robot:
    """See RobotSettings."""

    name: str
    channel: str
    area: str
    group: str
    url: str
    secret: str


def robots() -> list[Robot]:
    """Every group robot of the county."""
    return [Robot(**values) for values in plugin_settings("notices")["robots"]]


def robot(name: str) -> Robot | None:
    """The robot of this name; None when it is no longer configured."""
    return next((each for each in robots() if each.name == name), None)


def robots_for(area_code: str, *, channels: Iterable[str], group: str = "") -> list[Robot]:
    """The robots of `channels` whose area covers `area_code`; with `group` those of this group only."""
    wanted = set(channels)
    return [
        each
        for each in robots()
        if each.channel in wanted and area_code.startswith(each.area) and (not group or each.group == group)
    ]


def sms_address() -> tuple[str, str]:
    """(url, token) of the SMS gateway; an empty url where there is none."""
    settings = plugin_settings("notices")
    url = os.environ.get("GRIDGOV_SMS_URL", "").strip() or settings["sms_url"]
    return url, os.environ.get("GRIDGOV_SMS_TOKEN", "").strip() or settings["sms_token"]


def quiet_end(at: datetime) -> datetime | None:
    """When the quiet hours end that `at` lies in; None outside of them. Equal times mean none at all."""
    settings = plugin_settings("notices")
    begin, end = (time.fromisoformat(settings[key]) for key in ("quiet_from", "quiet_until"))
    here = at.astimezone(CHINA)
    inside = begin <= here.time() < end if begin <= end else here.time() >= begin or here.time() < end
    if not inside:
        return None
    ends = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return ends if ends > here else ends + timedelta(days=1)
