"""Shares of a household's calls: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.endpoints import shares as endpoints
from plugins.call_button.faces.shares import household_panels, menu_items
from plugins.call_button.services.shares import household_ended, household_moved
from plugins.call_button.share_words import SHARE, SHARE_FOR
from plugins.call_button.views import shares as views

# Importing the modules has put their pages and operations on the plugin's blueprints.
assert all((endpoints, views))

PART = Part(
    roles=(
        Role("resident", N_("居民"), frozenset({SHARE})),
        Role("secretary", N_("村书记"), frozenset({SHARE_FOR})),
    ),
    audit_titles={
        "call_button.begin_share": N_("开通家人查看呼叫"),
        "call_button.end_share": N_("停止家人查看呼叫"),
    },
    menu_items=menu_items,
    household_panels=household_panels,
    household_moved=household_moved,
    household_ended=household_ended,
)
