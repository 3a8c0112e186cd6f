"""What an answer of another system means: sent, try later, or no use."""

import json
from collections.abc import Mapping
from typing import Any

from core.notices.errors import Undelivered
from core.outgoing import Answer, SendFailed, post
from core.text import N_

SECONDS = 5.0
_LONGEST_WAIT = 6 * 3600.0


def post_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
    """Send JSON; an answer of 2xx. Raises Undelivered for any other, and for none."""
    data = json.dumps(body, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "gridgov", **(headers or {})}
    try:
        answer = post(url, data, sent, seconds=SECONDS)
    except SendFailed as error:
        raise Undelivered(str(error)) from None
    if 200 <= answer.status < 300:
        return answer
    later = answer.status in (408, 425, 429) or answer.status >= 500
    raise Undelivered(f"HTTP {answer.status}", permanent=not later, wait=retry_after(answer.headers))


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that `Retry-After` asks for; 0 where it says nothing, or a date."""
    text = headers.get("retry-after", "")
    return min(float(text), _LONGEST_WAIT) if text.isascii() and text.isdigit() else 0.0


def demand_no_errcode(answer: Answer, *, throttled: tuple[int, ...], wait: float) -> None:
    """Robots say what went wrong in an answer of 200. Raises Undelivered for everything but errcode 0."""
    try:
        code = int(json.loads(answer.body)["errcode"])
    except (ValueError, KeyError, TypeError):
        raise Undelivered(N_("应答里没有 errcode")) from None
    if code in throttled:
        raise Undelivered(f"errcode {code}", wait=wait)
    if code != 0:
        # -1 is "system busy" with both; the others say that address, secret or keyword is wrong.
        raise Undelivered(f"errcode {code}", permanent=code != -1)
