"""Holds back who reports in bulk or tries tracking numbers.

Nothing of an address is kept: a keyed hash of it, with a key that is made anew at each start and never
leaves the memory of this process, is counted for a quarter of an hour.
"""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from core.accounts.api import GuessCounter, is_near
from core.clock import now
from core.county import county, plugin_settings
from core.db import milliseconds
from core.value_classes import value_class
from plugins.supervision.errors.reports import TooManyReports
from plugins.supervision.models.reports import MisconductReport

PAUSE = timedelta(minutes=15)
WRONG_NUMBERS = 20
_DAY = timedelta(days=1)
_SALT = secrets.token_bytes(32)


@value_class
class _Counters:
    data: Path
    reports: GuessCounter
    numbers: GuessCounter


_counters: _Counters | None = None


def _of_county() -> _Counters:
    global _counters  # noqa: PLW0603 - one process serves one county
    if _counters is None or _counters.data != county().data:
        most = plugin_settings("supervision")["reports_per_address"]
        _counters = _Counters(
            county().data,
            GuessCounter(most, PAUSE, forgets=True),
            GuessCounter(WRONG_NUMBERS, PAUSE, forgets=True),
        )
    return _counters


def demand_calm(address: str, village: str) -> None:
    """One more report: counted. Raises TooManyReports.

    An address that is this machine's own is mostly a proxy that speaks for everybody: it is not counted.
    """
    _demand(_of_county().reports, address)
    if not is_near(address):
        _of_county().reports.add_failure(_blurred(address))
    today = MisconductReport.unscoped("reports of a day are counted wherever they were sent from").where(
        (MisconductReport.area_code == village) & (MisconductReport.received_at > milliseconds(now() - _DAY))
    )
    if today.count() >= plugin_settings("supervision")["reports_per_village"]:
        raise TooManyReports(minutes=60)


def demand_few_wrong_numbers(address: str) -> None:
    """Raises TooManyReports after too many wrong tracking numbers from one address."""
    _demand(_of_county().numbers, address)


def note_wrong_number(address: str) -> None:
    """One more wrong number."""
    if not is_near(address):
        _of_county().numbers.add_failure(_blurred(address))


def _demand(counter: GuessCounter, address: str) -> None:
    until = None if is_near(address) else counter.locked_until(_blurred(address))
    if until is not None:
        raise TooManyReports(minutes=max(1, round((until - now()).total_seconds() / 60)))


def _blurred(address: str) -> str:
    return hashlib.blake2b(address.encode(), key=_SALT, digest_size=16).hexdigest()
