"""What the plugin says of itself holds: the core has taken it in whole."""

import pytest

from core.county import plugins
from core.testing import VILLAGE


@pytest.mark.usefixtures("app")
def test_the_core_has_switched_it_on():
    assert "elder_meals" in plugins().loaded


def test_each_role_finds_its_ways_in_and_no_other(as_role):
    ways = {
        role: [way for way in ("order", "day", "month") if f'href="/elder-meals/{way}"' in home]
        for role in ("elder_meals_canteen", "secretary", "grid_member", "town_official", "clerk")
        for home in [as_role(role, VILLAGE).get("/?face=office").text]
    }
    assert ways == {
        "elder_meals_canteen": ["day", "month"],
        "secretary": ["order", "day", "month"],
        "grid_member": ["order"],
        "town_official": ["month"],
        "clerk": [],
    }


@pytest.mark.parametrize("county_sections", ['[plugin.elder_meals]\ncloses_at = "25:00"'])
@pytest.mark.usefixtures("county_sections", "app")
def test_a_setting_that_makes_no_sense_leaves_the_plugin_out():
    assert "elder_meals" not in plugins().loaded
