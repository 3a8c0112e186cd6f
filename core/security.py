"""Who is acting and what they may do. No rows here: the accounts module makes actors."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import field

from core.errors import Forbidden, NotFound, Unauthenticated
from core.scope import AreaScope, outermost
from core.value_classes import value_class


@value_class
class Permission:
    """A right with a name (`plugin.verb_noun`) and a Chinese title."""

    name: str
    title: str


@value_class
class Role:
    """A bundle of permissions that a post gives in its area. Several plugins may add to one role.

    `watches`: its holders watch those who administer, who therefore neither appoint nor dismiss them nor get
    at their accounts (separation of duties, GB/T 22239 8.1.7.2); that is done on the server.
    """

    name: str
    title: str
    permissions: frozenset[str]
    watches: bool = False

    def joined(self, other: "Role") -> "Role":
        """What two sharers of a role give together."""
        permissions, watches = self.permissions | other.permissions, self.watches or other.watches
        return Role(self.name, self.title, permissions, watches)


@value_class
class Post:
    """A role in an area, valid today."""

    role: str
    area_code: str


@value_class
class Actor:
    """Somebody acting: an account with today's posts, or the system itself.

    `token_permissions` limits what an API token may do (None: all of the account's rights);
    it can only take away.
    """

    account_id: int | None
    name: str
    posts: tuple[Post, ...] = ()
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    person_id: int | None = None
    household_id: int | None = None
    token_permissions: frozenset[str] | None = None
    must_change_password: bool = False

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is logged in."""
        return self.account_id is None

    def scope(self, permission: str) -> AreaScope:
        """The areas in which this actor holds `permission` (maybe none)."""
        if self.token_permissions is not None and permission not in self.token_permissions:
            return AreaScope(())
        return AreaScope(self.permissions.get(permission, ()))

    def may(self, permission: str, area_code: str | None = None) -> bool:
        """Whether the actor holds `permission` in `area_code` (None: anywhere)."""
        scope = self.scope(permission)
        return bool(scope.prefixes) if area_code is None else scope.covers(area_code)

    def demand_signed_in(self) -> None:
        """Raises Unauthenticated when nobody is logged in."""
        if self.is_anonymous:
            raise Unauthenticated

    def demand(self, permission: str, area_code: str | None = None) -> AreaScope:
        """The scope of `permission`, or a refusal.

        Raises Unauthenticated (nobody logged in), Forbidden (held nowhere), NotFound (held, but
        not in `area_code`: outside one's areas a thing does not exist).
        """
        self.demand_signed_in()
        scope = self.scope(permission)
        if not scope.prefixes:
            raise Forbidden
        if area_code is not None and not scope.covers(area_code):
            raise NotFound
        return scope


ANONYMOUS = Actor(account_id=None, name="")

_acting: ContextVar[Actor] = ContextVar("actor", default=ANONYMOUS)


def current_actor() -> Actor:
    """Who is acting in this request. Views pass it on; services take it as an argument."""
    return _acting.get()


def set_actor(actor: Actor) -> None:
    """Say who is acting in this request (called once by `core.web`)."""
    _acting.set(actor)


def grants(posts: tuple[Post, ...], roles: Mapping[str, Role]) -> dict[str, tuple[str, ...]]:
    """Permission name -> area prefixes, from posts. An unknown role (plugin off) grants nothing."""
    areas: dict[str, set[str]] = {}
    for post in posts:
        role = roles.get(post.role)
        for permission in role.permissions if role else ():
            areas.setdefault(permission, set()).add(post.area_code)
    return {name: outermost(codes) for name, codes in areas.items()}
