"""Cards, posters and simulated keys: what they add to the county."""

from core.parts import Part
from core.text import N_
from plugins.call_button.faces.keys import menu_items
from plugins.call_button.views import keys as views

# Importing the module has put its pages on the plugin's blueprint.
assert views

PART = Part(
    audit_titles={"call_button.simulate_press": N_("按模拟呼叫器")},
    menu_items=menu_items,
)
