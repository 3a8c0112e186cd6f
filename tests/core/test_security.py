"""Who may do what, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Forbidden, NotFound, Unauthenticated
from core.scope import AreaScope
from core.security import ANONYMOUS, Actor, Post, Role, grants

VILLAGE, SISTER = "341504001001", "341504001002"
ROLES = {
    "clerk": Role("clerk", "店员", frozenset({"store.redeem"})),
    "empty": Role("empty", "空", frozenset()),
}


def actor(*posts: Post, token: frozenset[str] | None = None) -> Actor:
    return Actor(1, "甲", posts, grants(posts, ROLES), token_permissions=token)


def test_nobody_may_do_nothing() -> None:
    assert not ANONYMOUS.may("store.redeem")
    with pytest.raises(Unauthenticated):
        ANONYMOUS.demand("store.redeem")
    with pytest.raises(Unauthenticated):
        ANONYMOUS.demand_signed_in()


def test_a_right_held_nowhere_is_forbidden_and_one_held_elsewhere_finds_nothing() -> None:
    clerk = actor(Post("clerk", VILLAGE))
    assert clerk.demand("store.redeem", VILLAGE + "001") == AreaScope((VILLAGE,))
    with pytest.raises(Forbidden):
        clerk.demand("store.manage", VILLAGE)
    for outside in (SISTER, VILLAGE[:9], "3415040010010"[:11]):
        with pytest.raises(NotFound):
            clerk.demand("store.redeem", outside)
        assert not clerk.may("store.redeem", outside)


def test_a_role_of_a_plugin_that_is_off_grants_nothing() -> None:
    assert grants((Post("diarist", VILLAGE),), ROLES) == {}


def test_a_token_only_takes_away() -> None:
    assert not actor(Post("clerk", VILLAGE), token=frozenset()).may("store.redeem")
    assert actor(Post("clerk", VILLAGE), token=frozenset({"store.redeem", "accounts.manage"})).may(
        "store.redeem"
    )
    assert not actor(Post("empty", VILLAGE), token=frozenset({"store.redeem"})).may("store.redeem")


def test_a_village_under_a_town_already_held_adds_nothing() -> None:
    held = grants((Post("clerk", VILLAGE), Post("clerk", VILLAGE[:9]), Post("clerk", SISTER)), ROLES)
    assert held == {"store.redeem": (VILLAGE[:9],)}


@given(
    st.lists(st.text("012", min_size=1, max_size=4), min_size=1, max_size=6),
    st.text("012", min_size=1, max_size=5),
)
def test_leaving_out_inner_areas_changes_nothing(codes: list[str], asked: str) -> None:
    posts = tuple(Post("clerk", code) for code in codes)
    assert actor(*posts).may("store.redeem", asked) is any(asked.startswith(code) for code in codes)


@pytest.mark.parametrize("prefix", ["", "34%", "３４", "²", "34 ", "-34", "34\n"])
def test_a_scope_is_made_of_plain_digits_only(prefix: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        AreaScope((prefix,))
