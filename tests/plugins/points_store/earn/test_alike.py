"""The same act claimed more than once: shown to whoever decides, never refused."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from core.clock import today
from core.files.api import Prepared, prepare
from plugins.points_store.queries.claims import claim_view, desk_claims
from plugins.points_store.services import claims, reviewing, rules
from plugins.points_store.services.rules import Terms
from tests.plugins.points_store.village import SIBLING, acting


def photo(shade: int) -> Prepared:
    """A picture of its own for each shade."""
    taken = BytesIO()
    Image.new("RGB", (32, 24), (shade, 20, 90)).save(taken, "JPEG")
    return prepare("现场.jpg", taken.getvalue())


def hints(desk, actor, claim_id):
    view = claim_view(actor, desk.claim(claim_id))
    return {other.id: other.reasons for other in view.maybe_same}


def test_an_act_that_was_claimed_again_is_shown_at_both_checks_and_goes_on(desk):
    first = desk.file()
    again = desk.file(desk.neighbour, text="帮村里清理河道！")
    later = desk.file(desk.member, text="清理河道", day=today() - timedelta(days=2))
    far = desk.file(day=today() - timedelta(days=9))
    assert hints(desk, desk.leader, again) == {
        first: ("same_day", "similar_text"),
        later: ("similar_text",),
    }
    assert hints(desk, desk.leader, far) == {}
    reviewing.review_claim(desk.leader, claim_id=again, decision="pass")
    assert set(hints(desk, desk.reviewer, again)) == {first, later}
    reviewing.review_claim(desk.reviewer, claim_id=again, decision="pass")
    assert desk.claim(again).state == "published", "a hint keeps nobody from deciding"
    assert hints(desk, desk.reviewer, again) == {}
    # What is decided stays a reason to look, what was taken back is none.
    claims.withdraw_claim(desk.member, claim_id=later, reason="重了")
    assert hints(desk, desk.leader, first) == {again: ("same_day", "similar_text")}
    (shown,) = [row for row in desk_claims(desk.leader, "filed", 1, 50)[0] if row.id == first]
    assert [other.state for other in shown.maybe_same] == ["published"]


def test_another_rule_or_household_is_another_act_and_a_new_version_of_the_rule_is_not(desk, world):
    first = desk.file()
    other_home = desk.file(desk.member, household_id=world.other_household)
    other_rule = desk.file(desk.member, rule_id=desk.fine.id, points=10)
    newer = rules.change_rule(world.admin, rule_id=desk.rule.id, terms=Terms("志愿服务", 5, 60))
    by_newer = desk.file(rule_id=newer.id, text="完全不同的事情")
    assert hints(desk, desk.leader, first) == {by_newer: ("same_day",)}
    assert hints(desk, desk.leader, other_home) == hints(desk, desk.leader, other_rule) == {}


def test_the_very_same_photo_is_seen_whosever_claim_it_hangs_on(desk, world):
    first = desk.file(photos=[photo(10), photo(20)])
    copied = desk.file(
        desk.member, household_id=world.other_household, text="扶贫走访", photos=[photo(20)], day=today()
    )
    own_photo = desk.file(desk.member, household_id=world.other_household, text="铲雪", photos=[photo(30)])
    assert hints(desk, desk.leader, copied)[first] == ("same_photo",)
    assert hints(desk, desk.leader, first) == {copied: ("same_photo",)}
    assert first not in hints(desk, desk.leader, own_photo)
    # Who files learns nothing of what they may not see.
    assert hints(desk, desk.bystander, copied) == {}
    far = acting(30, "reviewer", SIBLING)
    assert hints(desk, far, copied) == {}
