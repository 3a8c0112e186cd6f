"""All reads of accounts, inside the reader's areas."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from core.accounts.actors import OPERATOR_ID, current_post
from core.accounts.models import Account, Post, Token
from core.areas.api import LEVEL_TITLES, area_names, list_areas, path_names
from core.clock import now, today
from core.county import plugins
from core.db import contains
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class

VIEW = "accounts.view"
_MOST_CHOICES = 1500
OPERATOR_NAME = N_("命令行")


@value_class
class PostView:
    """A post with the words people know it by. `until` is its last day."""

    id: int
    account_id: int
    role: str
    role_title: str
    area_code: str
    area_name: str
    since: date
    until: date | None

    @property
    def state(self) -> str:
        """`current`, `coming` or `over`."""
        if self.until is not None and self.until < today():
            return "over"
        return "coming" if self.since > today() else "current"


@value_class
class AccountView:
    """An account without its secrets. `posts`: those inside the reader's areas."""

    id: int
    username: str
    name: str
    area_code: str
    area_name: str
    person_id: int | None
    must_change_password: bool
    is_disabled: bool
    locked_until: datetime | None
    created_at: datetime
    posts: tuple[PostView, ...]


@value_class
class TokenView:
    """An API token without its secret. `permissions` None: all that its account may do."""

    id: int
    title: str
    permissions: tuple[str, ...] | None
    created_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_valid(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > now())


def normal_username(raw_username: str) -> str:
    """A user name as it is stored: full-width signs made plain, small letters, no outer spaces."""
    return unicodedata.normalize("NFKC", raw_username).strip().lower()


def find_account(username: str) -> Account | None:
    """The account of a user name, for log-in and the command line; None when there is none."""
    return (
        Account.unscoped("who logs in has no scope yet")
        .where(Account.username == normal_username(username))
        .get_or_none()
    )


def area_choices(scope: AreaScope) -> list[tuple[str, str]]:
    """The areas of today in `scope` with their names from the county down, to choose from; the upper first.

    Grids are left out where there are too many to be read through; their codes can still be typed.
    """
    found: list[str] = []
    for level in LEVEL_TITLES:
        rows, total = list_areas(scope, level=level, on_date=today(), page_size=_MOST_CHOICES)
        if len(found) + total > _MOST_CHOICES:
            break
        found += [row.code for row in rows]
    names = path_names(found)
    return [(code, names[code]) for code in found]


def account_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names behind account ids, for records that keep ids only."""
    wanted = {each for each in ids if each is not None}
    names = {OPERATOR_ID: OPERATOR_NAME} if OPERATOR_ID in wanted else {}
    for chunk in _chunks(sorted(wanted - {OPERATOR_ID})):
        rows = Account.unscoped("names only, of ids the reader already sees", Account.id, Account.name)
        names.update((row.id, row.name) for row in rows.where(Account.id << chunk))
    return names


def posts_of_accounts(ids: Iterable[int], role: str) -> dict[int, tuple[int, str]]:
    """Account -> id and area of the post of `role` that it holds today, for those that hold one."""
    found: dict[int, tuple[int, str]] = {}
    for chunk in _chunks(sorted(set(ids))):
        rows = Post.unscoped("posts of accounts that the caller already knows").where(current_post())
        for row in rows.where((Post.account_id << chunk) & (Post.role == role)).order_by(Post.id.desc()):
            found[row.account_id] = (row.id, row.area_code)
    return found


def accounts_of_persons(scope: AreaScope, person_ids: Iterable[int]) -> dict[int, int]:
    """Person -> the enabled account in `scope` that is theirs (the oldest one, if there are several)."""
    found: dict[int, int] = {}
    for chunk in _chunks(sorted(set(person_ids))):
        query: Any = Account.within(scope, Account.person_id, Account.id).where(Account.person_id << chunk)
        found |= dict(query.where(Account.disabled_at.is_null()).order_by(Account.id.desc()).tuples())
    return found


def account_persons(ids: Iterable[int]) -> dict[int, int]:
    """Account -> the person in the register behind it, for those that have one."""
    found: dict[int, int] = {}
    for chunk in _chunks(sorted(set(ids))):
        rows = Account.unscoped(
            "ids only, of accounts the reader already knows", Account.id, Account.person_id
        )
        found.update((row.id, row.person_id) for row in rows.where(Account.id << chunk) if row.person_id)
    return found


def list_accounts(
    actor: Actor,
    *,
    search: str = "",
    role: str = "",
    area_code: str = "",
    state: str = "",
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[AccountView], int]:
    """Accounts that are administered in the reader's areas, and how many there are.

    `search` is part of a user name or name; `area_code` an area with all below it; `state` is
    `enabled` or `disabled`. Raises NotFound for an area outside one's own.
    """
    scope = actor.demand(VIEW, area_code or None)
    query = Account.within(AreaScope((area_code,)) if area_code else scope)
    if search:
        query = query.where(contains(Account.username, search.lower()) | contains(Account.name, search))
    if role:
        held = Post.within(scope, Post.account_id).where((Post.role == role) & current_post())
        query = query.where(Account.id << held)
    if state:
        query = query.where(Account.disabled_at.is_null(state == "enabled"))
    rows = list(query.order_by(Account.area_code, Account.username).paginate(page, page_size))
    return _account_views(rows, scope), query.count()


def find_accounts(scope: AreaScope, text: str, *, limit: int = 20) -> list[tuple[int, str, str]]:
    """Enabled accounts administered in `scope` that a part of a name or user name fits: id, name, user name.

    For pickers of whoever gives duties there; they need no right to administer accounts.
    """
    words = text.strip()[:60]
    if not words:
        return []
    query: Any = Account.within(scope, Account.id, Account.name, Account.username).where(
        Account.disabled_at.is_null()
        & (contains(Account.name, words) | contains(Account.username, words.lower()))
    )
    return list(query.order_by(Account.username).limit(limit).tuples())


def get_account(actor: Actor, account_id: int) -> AccountView:
    """One account. Raises NotFound when it is administered outside the reader's areas."""
    scope = actor.demand(VIEW)
    return view_account(scoped_account(scope, account_id), scope)


def scoped_account(scope: AreaScope, account_id: int) -> Account:
    """The row of an account that is administered in `scope`, or NotFound."""
    account = Account.within(scope).where(Account.id == account_id).get_or_none()
    if account is None:
        raise NotFound
    return account


def posts_not_over(account_id: int) -> list[Post]:
    """The current and coming posts of an account, in every area."""
    rows = Post.unscoped("how far an account reaches is judged by all of its posts")
    live = Post.until.is_null() | ((Post.until >= today()) & (Post.until >= Post.since))
    return list(rows.where((Post.account_id == account_id) & live))


def post_in_area(account_id: int, role: str, area_code: str) -> int | None:
    """The id of an account's current or coming post of a role in an area, if it has one."""
    for post in posts_not_over(account_id):
        if (post.role, post.area_code) == (role, area_code):
            return int(post.id)
    return None


def view_account(account: Account, scope: AreaScope) -> AccountView:
    """What may be shown of `account`."""
    return _account_views([account], scope)[0]


def _account_views(rows: Sequence[Account], scope: AreaScope) -> list[AccountView]:
    posts = list(
        Post.within(scope)
        .where(Post.account_id << [row.id for row in rows])
        .order_by(Post.since.desc(), Post.id.desc())
    )
    views = view_posts(posts)
    names = area_names({row.area_code for row in rows})
    return [
        AccountView(
            id=row.id,
            username=row.username,
            name=row.name,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            person_id=row.person_id,
            must_change_password=row.must_change_password,
            is_disabled=row.disabled_at is not None,
            locked_until=row.locked_until if row.locked_until and row.locked_until > now() else None,
            created_at=row.created_at,
            posts=tuple(view for view in views if view.account_id == row.id),
        )
        for row in rows
    ]


def view_posts(rows: Sequence[Post]) -> list[PostView]:
    """Posts with the titles of their roles and the names of their areas."""
    roles = plugins().roles()
    names = area_names({row.area_code for row in rows})
    return [
        PostView(
            id=row.id,
            account_id=row.account_id,
            role=row.role,
            # The plugin that knows the role may be off.
            role_title=roles[row.role].title if row.role in roles else row.role,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            since=row.since,
            until=row.until,
        )
        for row in rows
    ]


def get_post(actor: Actor, post_id: int) -> PostView:
    """One post. Raises NotFound outside the areas that the actor administers."""
    post = Post.within(actor.demand("accounts.manage")).where(Post.id == post_id).get_or_none()
    if post is None:
        raise NotFound
    return view_posts([post])[0]


def own_posts(actor: Actor) -> list[PostView]:
    """The posts that the actor holds today."""
    rows = (
        Post.unscoped("one's own posts, wherever they are")
        .where((Post.account_id == actor.account_id) & current_post())
        .order_by(Post.area_code, Post.role)
    )
    return view_posts(list(rows))


def own_username(actor: Actor) -> str:
    """The user name of the actor's account."""
    row = Account.unscoped("one's own account").where(Account.id == actor.account_id).get_or_none()
    return row.username if row else ""


def own_permissions(actor: Actor) -> list[str]:
    """What the actor may do somewhere, an API token's limits counted in."""
    return sorted(name for name in actor.permissions if actor.may(name))


def list_tokens(actor: Actor, *, page: int = 1, page_size: int = 20) -> tuple[list[TokenView], int]:
    """The actor's own API tokens, newest first, and how many there are."""
    actor.demand("accounts.tokens")
    rows = Token.select().where(Token.account_id == actor.account_id)
    return [view_token(r) for r in rows.order_by(Token.id.desc()).paginate(page, page_size)], rows.count()


def view_token(row: Token) -> TokenView:
    """What may be shown of a token."""
    limits = None if row.permissions is None else tuple(json.loads(row.permissions))
    return TokenView(row.id, row.title, limits, row.created_at, row.ends_at, row.revoked_at)


def _chunks(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def count_of_persons(persons: range) -> int:
    """How many accounts belong to the persons with these ids."""
    reason = "the caller found the persons in scope"
    return Account.unscoped(reason).where(Account.person_id.between(persons[0], persons[-1])).count()
