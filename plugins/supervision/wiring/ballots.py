"""Ballots, receipts, tallies and certificates: what they add to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.supervision.endpoints import ballots as endpoints
from plugins.supervision.faces import ballots as faces
from plugins.supervision.queries.ballots import sees_photo
from plugins.supervision.services.vote_notices import KINDS, remind_voters
from plugins.supervision.views import certificates, collecting, tallying, voting

assert all((certificates, collecting, endpoints, tallying, voting))

VOTE = frozenset({"supervision.vote", "supervision.tally"})
COLLECT = VOTE | {"supervision.collect"}
READ = frozenset({"supervision.tally", "supervision.ballots"})
CHECK = READ | {"supervision.check_ballot"}


def _remind() -> None:
    remind_voters()


PART = Part(
    roles=(
        Role("resident", N_("居民"), VOTE),
        Role("party_member", N_("党员"), VOTE),
        Role("assistant", N_("网格协管员"), COLLECT),
        Role("grid_member", N_("专职网格员"), COLLECT),
        Role("grid_leader", N_("网格长"), COLLECT | CHECK),
        Role("secretary", N_("村书记"), COLLECT | CHECK),
        Role("town_official", N_("镇街工作人员"), CHECK | {"supervision.collect"}),
        Role("supervisor", N_("督查员"), CHECK),
        Role("county_admin", N_("县区管理员"), READ),
    ),
    jobs=(Job("supervision.remind_voters", N_("提醒还没有表决的人"), _remind, every=30),),
    notice_kinds=KINDS,
    file_owners={"supervision_ballot": sees_photo},
    menu_items=faces.menu_items,
    day_items=faces.day_items,
)
