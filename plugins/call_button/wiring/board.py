"""Duty screen, phone pages and figures: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.board_words import ANSWER, FIGURES, VIEW
from plugins.call_button.endpoints import board as endpoints
from plugins.call_button.faces import board as faces
from plugins.call_button.views import board, figures, my_calls

assert all((endpoints, board, figures, my_calls))

TAKES = frozenset({VIEW, ANSWER})
COUNTS = frozenset({FIGURES})

PART = Part(
    roles=(
        Role("secretary", N_("村书记"), TAKES | COUNTS),
        Role("grid_leader", N_("网格长"), TAKES),
        Role("grid_member", N_("专职网格员"), TAKES),
        Role("assistant", N_("网格协管员"), TAKES),
        Role("town_official", N_("镇街工作人员"), TAKES | COUNTS),
        Role("county_admin", N_("县区管理员"), COUNTS | {VIEW}),
        Role("supervisor", N_("督查员"), COUNTS),
    ),
    audit_titles={
        "call_button.reveal_contacts": N_("查看呼叫联系人电话"),
        "call_button.export_figures": N_("导出接听统计"),
    },
    menu_items=faces.menu_items,
    home_cards=faces.home_cards,
)
