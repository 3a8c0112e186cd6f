"""The power list, and funds, assets and resources made public: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.supervision.endpoints import powers as endpoints
from plugins.supervision.faces import powers as faces
from plugins.supervision.models.assets import AssetsQuestion, AssetsRow, AssetsSheet
from plugins.supervision.models.powers import PowerItem, PowerVersion, VillagePower
from plugins.supervision.queries.assets import SUBJECT, sees_file
from plugins.supervision.views import (
    assets,
    open_assets,
    open_powers,
    power_tables,
    powers,
    questions,
    village_powers,
)

assert all((assets, endpoints, open_assets, open_powers, power_tables, powers, questions, village_powers))

VIEW = frozenset({"supervision.view"})
VILLAGE = VIEW | {"supervision.village_powers", "supervision.assets"}

PART = Part(
    models=(PowerItem, PowerVersion, VillagePower, AssetsSheet, AssetsRow, AssetsQuestion),
    roles=(
        Role("county_admin", N_("县区管理员"), VILLAGE | {"supervision.powers"}),
        Role("town_official", N_("镇街工作人员"), VILLAGE),
        Role("secretary", N_("村书记"), VILLAGE),
        Role("supervisor", N_("督查员"), VIEW),
        Role("resident", N_("居民"), frozenset({"supervision.ask"})),
    ),
    audit_titles={
        "supervision.add_power": N_("权力清单增加事项"),
        "supervision.change_power": N_("权力清单事项出新版"),
        "supervision.end_power": N_("权力清单事项停用"),
        "supervision.switch_on_powers": N_("村社开通权力事项"),
        "supervision.switch_off_power": N_("村社停用权力事项"),
        "supervision.publish_assets": N_("公开三资"),
        "supervision.ask_assets": N_("就三资公开提问"),
        "supervision.answer_assets": N_("答复三资提问"),
    },
    file_owners={SUBJECT: sees_file},
    menu_items=faces.menu_items,
)
