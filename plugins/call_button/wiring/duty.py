"""The duty roster and leave: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.duty_words import DUTY, VIEW
from plugins.call_button.endpoints import duty as endpoints
from plugins.call_button.faces.duty import menu_items
from plugins.call_button.models.duty import Leave, Shift
from plugins.call_button.views import duty as views

# Importing the modules has put their pages and operations on the plugin's blueprints.
assert all((endpoints, views))

MAKE = frozenset({VIEW, DUTY})

PART = Part(
    models=(Leave, Shift),
    roles=(
        Role("county_admin", N_("县区管理员"), MAKE),
        Role("town_official", N_("镇街工作人员"), MAKE),
        Role("secretary", N_("村书记"), MAKE),
    ),
    audit_titles={
        "call_button.set_shift": N_("安排值班"),
        "call_button.remove_shift": N_("取消值班"),
        "call_button.set_leave": N_("登记请假"),
        "call_button.remove_leave": N_("销假"),
    },
    menu_items=menu_items,
)
