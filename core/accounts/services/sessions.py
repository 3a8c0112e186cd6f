"""Logging in and out. A session is a row: delete it and the next request is refused."""

import logging
from datetime import datetime, timedelta

from core import audit
from core.accounts.actors import actor_for
from core.accounts.errors import WrongCredentials
from core.accounts.guesses import counters, is_near
from core.accounts.models import Account, Session
from core.accounts.passwords import NOBODY, hash_password, needs_rehash, verify_password
from core.accounts.queries import find_account, normal_username
from core.accounts.secret_tokens import SESSION_PREFIX, new_token, token_hash
from core.clock import now
from core.county import county
from core.db import Statement, unit_of_work
from core.errors import Busy, DomainError, NotFound, TooManyTries
from core.security import ANONYMOUS, Actor
from core.value_classes import value_class

log = logging.getLogger(__name__)
_TOUCH_EVERY = timedelta(minutes=1)


@value_class
class OpenSession:
    """A session just opened. `token` is shown here once; `id` is a public mark of it."""

    id: str
    token: str
    account_id: int
    ends_at: datetime
    must_change_password: bool


def log_in(raw_username: str, password: str, *, address: str) -> OpenSession:
    """Open a session for whoever knows the password.

    `address` is where the request comes from. Unknown names are counted and locked like known
    ones, and cost the same time. Raises WrongCredentials or, while locked, TooManyTries.
    """
    username = normal_username(raw_username)
    account = find_account(username)
    _demand_unlocked(account, username, address)
    right = verify_password(account.password_hash if account else NOBODY, password)
    # Known or not, right or wrong: one transaction with one audit line.
    with unit_of_work():
        account = find_account(username)
        _demand_unlocked(account, username, address)  # others may have guessed meanwhile
        if account is not None and right and account.disabled_at is None:
            return _admit(account, password)
        refusal = _refuse(account)
    if not is_near(address):
        counters().addresses.add_failure(address)
    if account is None:
        counters().unknown_names.add_failure(username)
    raise refusal


def _demand_unlocked(account: Account | None, username: str, address: str) -> None:
    by_name = _locked_until(account) if account else counters().unknown_names.locked_until(username)
    by_address = None if is_near(address) else counters().addresses.locked_until(address)
    until = max(filter(None, (by_name, by_address)), default=None)
    if until is not None:
        raise TooManyTries(minutes=_minutes_until(until))


def demand_account_unlocked(account: Account) -> None:
    """Raises TooManyTries while `account` is locked."""
    if until := _locked_until(account):
        raise TooManyTries(minutes=_minutes_until(until))


def _locked_until(account: Account) -> datetime | None:
    until: datetime | None = account.locked_until
    return until if until is not None and until > now() else None


def _minutes_until(moment: datetime) -> int:
    return max(1, -int((now() - moment).total_seconds() // 60))


def _refuse(account: Account | None) -> DomainError:
    limits = county().settings.security
    if account is None:
        # The name that was typed stays out of the record: people type their password there.
        code = county().settings.county_code
        audit.record(ANONYMOUS, "accounts.refuse_log_in", area_code=code, subject="account:unknown")
    else:
        count_failure(account)
    return WrongCredentials(failures=limits.lockout_failures, minutes=limits.lockout_minutes)


def count_failure(account: Account) -> None:
    """One more wrong password for `account`; locks it at the county's limit. Inside a unit of work."""
    limits = county().settings.security
    # A lock that is over starts the count anew.
    is_over = account.locked_until is not None and account.locked_until <= now()
    failures = 1 if is_over else account.failures + 1
    locked = failures >= limits.lockout_failures
    until = now() + timedelta(minutes=limits.lockout_minutes) if locked else None
    Account.update(failures=failures, locked_until=until).where(Account.id == account.id).execute()
    audit.record(
        ANONYMOUS,
        "accounts.refuse_log_in",
        area_code=account.area_code,
        subject=f"account:{account.id}",
        failures=failures,
        locked=locked,
    )


def _admit(account: Account, password: str) -> OpenSession:
    changes: dict[str, object] = {"failures": 0, "locked_until": None}
    if needs_rehash(account.password_hash):
        changes["password_hash"] = hash_password(password)
    Account.update(changes).where(Account.id == account.id).execute()
    opened = _open(account)
    actor = Actor(account.id, account.name)
    audit.record(actor, "accounts.log_in", area_code=account.area_code, subject=f"account:{account.id}")
    return opened


def _open(account: Account) -> OpenSession:
    limits = county().settings.security
    began = now()
    ends = began + timedelta(hours=limits.session_hours)
    token = new_token(SESSION_PREFIX)
    # Old rows of the same account are swept out on the way.
    idle = began - timedelta(minutes=limits.idle_minutes)
    over = (Session.ends_at <= began) | (Session.seen_at <= idle)
    Session.delete().where((Session.account_id == account.id) & over).execute()
    Session.insert(
        token_hash=token_hash(token), account_id=account.id, created_at=began, seen_at=began, ends_at=ends
    ).execute()
    mark = token_hash(token).hex()[:16]
    return OpenSession(mark, token, account.id, ends, account.must_change_password)


def open_session(actor: Actor, account_id: int) -> OpenSession:
    """A session without a password: after a password change, and for tests and seeds.

    Raises NotFound for an account that does not exist or is disabled.
    """
    with unit_of_work():
        account = (
            Account.unscoped("the caller has decided whose session it is")
            .where((Account.id == account_id) & Account.disabled_at.is_null())
            .get_or_none()
        )
        if account is None:
            raise NotFound
        opened = _open(account)
        audit.record(
            actor,
            "accounts.open_session",
            area_code=account.area_code,
            subject=f"account:{account.id}",
        )
    return opened


_SESSION = Statement(lambda p: Session.select().where(Session.token_hash == p("token_hash")))


def use_session(token: str) -> Actor | None:
    """Who acts in the session behind `token`; None when it is over.

    Notes, once a minute, that it is in use.
    """
    limits = county().settings.security
    row: Session | None = _SESSION.get(token_hash=token_hash(token))
    if row is None or row.ends_at <= now():
        return None
    if row.seen_at <= now() - timedelta(minutes=limits.idle_minutes):
        return None
    try:
        actor = actor_for(row.account_id)
    except NotFound:
        return None
    if row.seen_at <= now() - _TOUCH_EVERY:
        _touch(row)
    return actor


def _touch(row: Session) -> None:
    try:
        with unit_of_work(housekeeping="last-seen time of a session"):
            Session.update(seen_at=now()).where(Session.token_hash == row.token_hash).execute()
    except Busy:
        # The next request tries again; nobody's work should fail for it.
        log.warning("could not note the last-seen time of a session")


def log_out(actor: Actor, token: str) -> None:
    """End the session behind `token`. Nothing happens when it is over already."""
    with unit_of_work(housekeeping="logging out of a session that is over already"):
        row = Session.get_or_none(Session.token_hash == token_hash(token))
        if row is None:
            return
        Session.delete().where(Session.token_hash == row.token_hash).execute()
        account = Account.unscoped("the account of the session").where(Account.id == row.account_id).get()
        audit.record(actor, "accounts.log_out", area_code=account.area_code, subject=f"account:{account.id}")


def end_sessions(account_id: int) -> int:
    """End every session of an account, inside a unit of work; returns how many."""
    return int(Session.delete().where(Session.account_id == account_id).execute())


def forget_sessions() -> int:
    """Delete sessions that are over; returns how many (nightly work)."""
    idle = now() - timedelta(minutes=county().settings.security.idle_minutes)
    with unit_of_work(housekeeping="sessions that are over"):
        over = (Session.ends_at <= now()) | (Session.seen_at <= idle)
        return int(Session.delete().where(over).execute())
