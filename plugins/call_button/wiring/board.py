"""Duty screen, phone pages and figures: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.endpoints import board as endpoints
from plugins.call_button.faces import board as faces
from plugins.call_button.queries.figures import FIGURES
from plugins.call_button.views import board, figures, my_calls

assert all((endpoints, board, figures, my_calls))

COUNT = frozenset({FIGURES})

PART = Part(
    roles=(
        Role("secretary", N_("村书记"), COUNT),
        Role("town_official", N_("镇街工作人员"), COUNT),
        Role("county_admin", N_("县区管理员"), COUNT),
        Role("supervisor", N_("督查员"), COUNT),
    ),
    audit_titles={
        "call_button.reveal_call_contacts": N_("查看呼叫联系人电话"),
        "call_button.export_figures": N_("导出接听统计"),
    },
    menu_items=faces.menu_items,
)
