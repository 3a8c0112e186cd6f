"""What comes in: parameters of GeoReport v2, checked."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.cases.open311.requests import Wanted
from core.cases.open311.services import EXTERNAL_ID, URGENT
from core.cases.rows import NewCase
from core.clock import CHINA
from core.errors import Invalid
from core.security import Actor
from core.text import N_

_MOST_PAGE = 100


def read_wanted(raw: Mapping[str, str]) -> Wanted:
    """Which requests are asked for. Raises Invalid."""
    status = raw.get("status", "")
    statuses = {part.strip() for part in status.split(",") if part.strip()}
    if not statuses <= {"open", "closed"}:
        raise Invalid(fields={"status": [N_("只能是 open 或 closed。")]})
    return Wanted(
        numbers=_parts(raw.get("service_request_id", "")),
        codes=_parts(raw.get("service_code", "")),
        start=_moment(raw, "start_date"),
        end=_moment(raw, "end_date"),
        status=statuses.pop() if len(statuses) == 1 else "",
        page=_number(raw, "page", 1, 100_000),
        page_size=_number(raw, "page_size", 50, _MOST_PAGE),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _moment(raw: Mapping[str, str], name: str) -> datetime | None:
    text = raw.get(name, "").strip().replace(" ", "+")  # a plus sign in an address arrives as a space
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year <= 2200:
        raise Invalid(fields={name: [N_("应为日期时间，如 2026-03-01T08:00:00+08:00。")]})
    return moment.astimezone(CHINA)


def _number(raw: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = raw.get(name, "") or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise Invalid(fields={name: [N_("应为整数。")]})
    return int(text)


def read_case(actor: Actor, raw: Mapping[str, str]) -> NewCase:
    """The case that a request files. Raises Invalid for what is missing or cannot be read.

    `address_id` is the code of the village or grid; without it the case begins where the channel's account
    holds its post. First and last name, e-mail and device are not kept: who reports is found in the register.
    """
    code = raw.get("service_code", "").strip()
    if not code:
        raise Invalid(fields={"service_code": [N_("必须填写。")]})
    if raw.get("media_url", "").strip():
        # Whoever posts would choose where this server asks, and a photo that is gone later is no evidence.
        raise Invalid(
            fields={"media_url": [N_("不下载网址上的照片。请用 media 上传照片本身（multipart/form-data）。")]}
        )
    external_id = (raw.get(f"attribute[{EXTERNAL_ID}]") or raw.get(EXTERNAL_ID) or "").strip()
    return NewCase(
        kind=code,
        text=raw.get("description", ""),
        area_code=raw.get("address_id", "").strip() or actor.posts[0].area_code,
        place=raw.get("address_string", ""),
        latitude=_degrees(raw, "lat", 90),
        longitude=_degrees(raw, "long", 180),
        channel=f"open311:{actor.account_id}",
        external_id=external_id,
        urgent=_yes(raw, f"attribute[{URGENT}]"),
    )


def _yes(raw: Mapping[str, str], name: str) -> bool:
    text = raw.get(name, "").strip()
    if text not in ("", "yes", "no"):
        raise Invalid(fields={name: [N_("只能是 yes 或 no。")]})
    return text == "yes"


def _degrees(raw: Mapping[str, str], name: str, most: int) -> float | None:
    text = raw.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", text) or abs(float(text)) > most:
        raise Invalid(fields={name: [N_("经纬度有误。")]})
    return float(text)


def only_one_value(raw: Any) -> dict[str, str]:
    """A form or query with each name once: the first one counts."""
    return {name: raw.get(name, "") for name in raw}
