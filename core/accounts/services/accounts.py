"""Accounts: made, disabled, enabled; their passwords."""

import re

from peewee import IntegrityError

from core import audit
from core.accounts.errors import (
    AccountReachesFurther,
    AlreadyDisabled,
    AlreadyEnabled,
    AreaUnknown,
    HolderLeft,
    PasswordUnchanged,
    UsernameTaken,
    UsernameUnusable,
    WrongOldPassword,
)
from core.accounts.models import Account
from core.accounts.passwords import demand_strong, hash_password, make_password, verify_password
from core.accounts.queries import find_account, normal_username, posts_not_over, scoped_account
from core.accounts.services.apart import demand_apart, demand_unlimited
from core.accounts.services.posts import demand_other_admin, end_posts
from core.accounts.services.sessions import count_failure, demand_account_unlocked, end_sessions
from core.accounts.services.tokens import end_tokens
from core.areas.api import is_current
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.people.api import area_of_person, has_left
from core.security import Actor
from core.value_classes import value_class

MANAGE = "accounts.manage"
_USERNAME = re.compile(r"\w[\w.@-]{1,39}")


@value_class
class NewAccount:
    """An account just made, or with a new initial password: shown once, never stored in clear."""

    id: int
    username: str
    initial_password: str


def create_account(
    actor: Actor,
    *,
    username: str,
    name: str,
    area_code: str,
    person_id: int | None = None,
    password: str | None = None,
    must_change_password: bool = True,
) -> NewAccount:
    """A new account administered in `area_code`; without `password` one is made up.

    Raises NotFound (area or person outside the actor's areas), UsernameUnusable, UsernameTaken, AreaUnknown,
    WeakPassword.
    """
    scope = actor.demand(MANAGE, area_code)
    username = checked_username(username)
    if not is_current(area_code):
        raise AreaUnknown(area_code=area_code)
    if person_id is not None:
        home = area_of_person(person_id)
        if home is None or not scope.covers(home):
            raise NotFound
    initial = make_password() if password is None else password
    demand_strong(initial, username)
    hashed = hash_password(initial)
    with unit_of_work():
        if find_account(username) is not None:
            raise UsernameTaken(username=username)
        try:
            account = Account.create(
                username=username,
                name=name,
                area_code=area_code,
                person_id=person_id,
                password_hash=hashed,
                must_change_password=must_change_password,
                created_at=now(),
            )
        except IntegrityError:
            raise UsernameTaken(username=username) from None
        _record(actor, "accounts.create_account", account, person_id=person_id)
    return NewAccount(account.id, username, initial)


def checked_username(raw_username: str) -> str:
    """The user name as it will be stored. Raises UsernameUnusable."""
    username = normal_username(raw_username)
    if not _USERNAME.fullmatch(username):
        raise UsernameUnusable(fields={"username": [UsernameUnusable.text]})
    return username


def disable_account(actor: Actor, account_id: int) -> None:
    """Close an account: its sessions and tokens end now, for good. Nothing is deleted.

    Raises NotFound, AccountReachesFurther, DutiesApart, RoleNotLoaded, TokenLimited, AlreadyDisabled,
    LastAdmin.
    """
    with unit_of_work():
        account = _managed(actor, account_id)
        _demand_apart(actor, account_id)
        if account.disabled_at is not None:
            raise AlreadyDisabled
        demand_other_admin(account_id)
        Account.update(disabled_at=now()).where(Account.id == account_id).execute()
        ended, revoked = end_sessions(account_id), end_tokens(account_id)
        _record(actor, "accounts.disable_account", account, sessions=ended, tokens=revoked)


def close_accounts_of(actor: Actor, person_id: int) -> None:
    """Close every account of somebody who left the register, inside that unit of work; posts end too.

    Whoever may write the register needs no right over accounts for it. Raises LastAdmin.
    """
    mine = Account.unscoped("whoever left the register").where(
        (Account.person_id == person_id) & Account.disabled_at.is_null()
    )
    for account in list(mine):
        demand_other_admin(account.id)
        Account.update(disabled_at=now()).where(Account.id == account.id).execute()
        end_posts(actor, account.id)
        ended, revoked = end_sessions(account.id), end_tokens(account.id)
        _record(actor, "accounts.disable_account", account, sessions=ended, tokens=revoked, person=person_id)


def enable_account(actor: Actor, account_id: int) -> None:
    """Open a disabled account again; its tokens stay revoked.

    Raises NotFound, AccountReachesFurther, DutiesApart, RoleNotLoaded, AlreadyEnabled, HolderLeft.
    """
    with unit_of_work():
        account = _managed(actor, account_id)
        _demand_apart(actor, account_id)
        if account.disabled_at is None:
            raise AlreadyEnabled
        if account.person_id is not None and has_left(account.person_id):
            raise HolderLeft
        changes = {"disabled_at": None, "failures": 0, "locked_until": None}
        Account.update(changes).where(Account.id == account_id).execute()
        _record(actor, "accounts.enable_account", account)


def set_password(
    actor: Actor, account_id: int, password: str | None = None, *, must_change_password: bool = True
) -> NewAccount:
    """Give an account a new password (made up when None), lift its lock, end its sessions and tokens.

    Raises NotFound, AccountReachesFurther, DutiesApart, RoleNotLoaded, TokenLimited, WeakPassword.
    """
    demand_unlimited(actor)
    account = _managed(actor, account_id)
    demand_apart(actor, account_id)
    initial = make_password() if password is None else password
    demand_strong(initial, account.username)
    hashed = hash_password(initial)
    with unit_of_work():
        account = _managed(actor, account_id)  # posts may have come meanwhile
        demand_apart(actor, account_id)
        ended = _store_password(account, hashed, must_change_password=must_change_password)
        revoked = end_tokens(account_id)
        _record(actor, "accounts.reset_password", account, sessions=ended, tokens=revoked)
    return NewAccount(account.id, account.username, initial)


def change_password(actor: Actor, *, old_password: str, new_password: str) -> None:
    """Change one's own password; every session of the account ends, the present one too.

    A wrong old password counts like a wrong log-in. Raises WrongOldPassword, TooManyTries,
    WeakPassword, PasswordUnchanged, TokenLimited.
    """
    actor.demand_signed_in()
    demand_unlimited(actor)
    account = _own(actor)
    demand_account_unlocked(account)
    # Before the old password is looked at: no refusal of the new one may tell that the old one was right.
    demand_strong(new_password, account.username)
    known = account.password_hash
    is_right = verify_password(known, old_password)
    is_same = is_right and verify_password(known, new_password)
    hashed = hash_password(new_password) if is_right and not is_same else ""
    with unit_of_work():
        account = _own(actor)
        demand_account_unlocked(account)  # others may have guessed meanwhile
        if is_right and account.password_hash == known:
            if is_same:
                raise PasswordUnchanged(fields={"new_password": [PasswordUnchanged.text]})
            ended = _store_password(account, hashed, must_change_password=False)
            _record(actor, "accounts.change_password", account, sessions=ended)
            return
        count_failure(account)
    raise WrongOldPassword(fields={"old_password": [WrongOldPassword.text]})


def _store_password(account: Account, hashed: str, *, must_change_password: bool) -> int:
    Account.update(
        password_hash=hashed, must_change_password=must_change_password, failures=0, locked_until=None
    ).where(Account.id == account.id).execute()
    return end_sessions(account.id)


def _own(actor: Actor) -> Account:
    account = Account.unscoped("one's own account").where(Account.id == actor.account_id).get_or_none()
    if account is None:
        raise NotFound
    return account


def _managed(actor: Actor, account_id: int) -> Account:
    scope = actor.demand(MANAGE)
    account = scoped_account(scope, account_id)
    # An account administered in a town may hold posts in the county: the town is not its master.
    if not all(scope.covers(post.area_code) for post in posts_not_over(account_id)):
        raise AccountReachesFurther
    return account


def _demand_apart(actor: Actor, account_id: int) -> None:
    """Keeps limited tokens, and those who watch each other, from closing an account or opening it again."""
    if actor.account_id == account_id:
        demand_unlimited(actor)
    demand_apart(actor, account_id)


def _record(actor: Actor, action: str, account: Account, **detail: object) -> None:
    audit.record(actor, action, area_code=account.area_code, subject=f"account:{account.id}", **detail)
