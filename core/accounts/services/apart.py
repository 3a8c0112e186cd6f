"""Separation of duties (三员分立, GB/T 22239 8.1.7.2): who administers has no hand in who watches them."""

from core.accounts.actors import is_operator
from core.accounts.errors import DutiesApart, RoleNotLoaded, TokenLimited, WatcherByServer
from core.accounts.queries import posts_not_over
from core.accounts.roles import ADMIN
from core.county import plugins
from core.security import Actor, Role


def demand_unlimited(actor: Actor) -> None:
    """Raises TokenLimited: what a limited token makes may do more than itself, and would outlive it."""
    if actor.token_permissions is not None:
        raise TokenLimited


def demand_server(actor: Actor, role: str) -> None:
    """Whoever is logged in neither appoints nor dismisses those who watch.

    Raises WatcherByServer, RoleNotLoaded.
    """
    if not is_operator(actor) and _known(role).watches:
        raise WatcherByServer(role=_known(role).title)


def demand_no_wider(actor: Actor, role: str) -> None:
    """A limited token gives no role that may do more than itself. Raises TokenLimited."""
    own = actor.token_permissions
    if own is not None and not _known(role).permissions <= own:
        raise TokenLimited


def demand_apart(actor: Actor, account_id: int) -> None:
    """Those who administer and those who watch neither take over nor close each other's accounts.

    Raises DutiesApart, RoleNotLoaded.
    """
    if is_operator(actor):
        return
    roles = plugins().roles()
    watching = any(post.role in roles and roles[post.role].watches for post in actor.posts)
    for post in posts_not_over(account_id):
        role = _known(post.role)
        if role.watches or (watching and role.name == ADMIN):
            raise DutiesApart(other=role.title)


def clash(one: str, other: str) -> bool:
    """Whether nobody may hold both roles at once: the administration and a watch over it."""
    roles = plugins().roles()
    return ADMIN in (one, other) and any(name in roles and roles[name].watches for name in (one, other))


def _known(role: str) -> Role:
    # Of a role whose plugin is off nobody can tell whether it watches: switching it off must be no way round.
    known = plugins().roles().get(role)
    if known is None:
        raise RoleNotLoaded(role=role)
    return known
