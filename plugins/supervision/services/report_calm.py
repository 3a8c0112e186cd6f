"""Holds back who reports in bulk or tries tracking numbers.

Nothing of an address is kept: a keyed hash of it, with a key that is made anew at each start and never
leaves the memory of this process, is counted for a quarter of an hour. Wrong numbers are counted together
besides, wherever they come from: a proxy that hides the addresses, or many of them, makes guessing no faster.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
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
# From everybody together; then nobody tries for a minute. Of 31**12 numbers nobody finds one at that pace,
# and whoever would keep reporters from their reports has to go on all the time.
WRONG_OF_ALL, SHORT_PAUSE = 200, timedelta(minutes=1)
_DAY = timedelta(days=1)
_EVERYBODY = ""
_SALT = secrets.token_bytes(32)


@value_class
class _Counters:
    data: Path
    reports: GuessCounter
    numbers: GuessCounter
    numbers_of_all: GuessCounter


_counters: _Counters | None = None


def _of_county() -> _Counters:
    global _counters  # noqa: PLW0603 - one process serves one county
    if _counters is None or _counters.data != county().data:
        most = plugin_settings("supervision")["reports_per_address"]
        _counters = _Counters(
            county().data,
            GuessCounter(most, PAUSE, forgets=True),
            GuessCounter(WRONG_NUMBERS, PAUSE, forgets=True),
            GuessCounter(WRONG_OF_ALL, SHORT_PAUSE, forgets=True),
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
    """Raises TooManyReports after too many wrong tracking numbers, from one address or from all together."""
    _demand(_of_county().numbers, address)
    _demand_calm_until(_of_county().numbers_of_all.locked_until(_EVERYBODY))


def note_wrong_number(address: str) -> None:
    """One more wrong number."""
    _of_county().numbers_of_all.add_failure(_EVERYBODY)
    if not is_near(address):
        _of_county().numbers.add_failure(_blurred(address))


def _demand(counter: GuessCounter, address: str) -> None:
    _demand_calm_until(None if is_near(address) else counter.locked_until(_blurred(address)))


def _demand_calm_until(until: datetime | None) -> None:
    if until is not None:
        raise TooManyReports(minutes=max(1, round((until - now()).total_seconds() / 60)))


def _blurred(address: str) -> str:
    return hashlib.blake2b(address.encode(), key=_SALT, digest_size=16).hexdigest()
