"""Holds back who files without an account in bulk, or tries keys.

By address in this process only and bounded, as with passwords; by village in the database.
"""

from datetime import timedelta
from pathlib import Path

from core.accounts.api import GuessCounter, is_near
from core.cases.errors import TooManyReports
from core.cases.models import Case
from core.cases.queries.places import VILLAGE_DIGITS
from core.cases.rows import OPEN_CHANNEL
from core.clock import now
from core.county import county
from core.db import milliseconds
from core.scope import AreaScope
from core.value_classes import value_class

PAUSE = timedelta(minutes=15)
WRONG_KEYS = 30
_DAY = timedelta(days=1)


@value_class
class _Counters:
    data: Path
    reports: GuessCounter
    keys: GuessCounter


_counters: _Counters | None = None


def _of_county() -> _Counters:
    global _counters  # noqa: PLW0603 - one process serves one county
    if _counters is None or _counters.data != county().data:
        most = county().settings.cases.open_per_address
        _counters = _Counters(
            county().data,
            GuessCounter(most, PAUSE, forgets=True),
            GuessCounter(WRONG_KEYS, PAUSE, forgets=True),
        )
    return _counters


def demand_calm(address: str, area_code: str) -> None:
    """One more report without an account: counted. Raises TooManyReports.

    An address that is this machine's own is mostly a proxy that speaks for everybody: it is not counted.
    """
    _demand(_of_county().reports, address)
    if not is_near(address):
        _of_county().reports.add_failure(address)
    village = AreaScope((area_code[:VILLAGE_DIGITS],)).where(Case.area_code)
    today = Case.unscoped("reports of a day are counted wherever they were sent from").where(
        village & (Case.reported_at > milliseconds(now() - _DAY)) & (Case.channel == OPEN_CHANNEL)
    )
    if today.count() >= county().settings.cases.open_per_village:
        raise TooManyReports(minutes=60)


def demand_few_wrong_keys(address: str) -> None:
    """Raises TooManyReports after too many wrong keys from one address."""
    _demand(_of_county().keys, address)


def note_wrong_key(address: str) -> None:
    """One more wrong key."""
    if not is_near(address):
        _of_county().keys.add_failure(address)


def _demand(counter: GuessCounter, address: str) -> None:
    until = None if is_near(address) else counter.locked_until(address)
    if until is not None:
        raise TooManyReports(minutes=max(1, round((until - now()).total_seconds() / 60)))
