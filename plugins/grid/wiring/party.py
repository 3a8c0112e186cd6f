"""The party branch on the grid: what it adds to the county."""

from core.hookspecs import CaseKind, Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid import jobs
from plugins.grid.faces import party as faces
from plugins.grid.models.party import Deed, DeedKind, PartyGroup, PartyLink, PartyMember, PartyVisit
from plugins.grid.queries.membership import roll_candidates
from plugins.grid.services.links import VISIT_KIND, close_links, close_links_of_nobody, move_links
from plugins.grid.views import links, party

assert all((links, party))

LINK = frozenset({"grid.link"})
VIEW = frozenset({"grid.party_view"})
MANAGE = VIEW | {"grid.party_manage", "grid.deeds"}

PART = Part(
    models=(PartyGroup, PartyMember, PartyLink, PartyVisit, DeedKind, Deed),
    roles=(
        Role("county_admin", N_("县区管理员"), MANAGE | {"grid.deed_kinds"}),
        Role("town_official", N_("镇街工作人员"), VIEW),
        Role("secretary", N_("村书记"), MANAGE | LINK),
        Role("grid_leader", N_("网格长"), VIEW | LINK),
        Role("grid_member", N_("专职网格员"), VIEW | LINK),
        Role("assistant", N_("网格协管员"), LINK),
        Role("party_member", N_("党员"), LINK | {"grid.my_day"}),
        Role("resident", N_("居民"), frozenset({"grid.choose_member"})),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "grid.create_party_group": N_("新建党小组"),
        "grid.add_party_member": N_("党员编入党小组"),
        "grid.end_party_member": N_("党员移出党小组"),
        "grid.propose_link": N_("提出联户"),
        "grid.accept_link": N_("同意联户"),
        "grid.decline_link": N_("不同意联户"),
        "grid.set_link_colour": N_("改联户颜色"),
        "grid.end_link": N_("结束联户"),
        "grid.record_visit": N_("记录走访"),
        "grid.create_deed_kind": N_("新增实事种类"),
        "grid.stop_deed_kind": N_("停用实事种类"),
        "grid.record_deed": N_("登记实事积分"),
        "grid.reverse_deed": N_("冲销实事积分"),
        "grid.seed_life": N_("生成模拟数据"),
    },
    case_kinds=(CaseKind(VISIT_KIND, N_("走访诉求")),),
    jobs=(Job("grid.prove_deeds", N_("核对实事台账"), jobs.prove_deeds, daily="02:50"),),
    menu_items=faces.menu_items,
    household_panels=faces.household_panels,
    household_moved=move_links,
    household_ended=close_links,
    person_left=close_links_of_nobody,
    day_items=faces.day_items,
    roll_candidates=roll_candidates,
)
