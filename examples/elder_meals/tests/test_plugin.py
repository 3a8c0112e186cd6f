"""What the plugin says of itself holds: the core has taken it in whole."""

from core.county import plugins


def test_the_core_has_switched_it_on(app):
    loaded = plugins().loaded
    assert "elder_meals" in loaded


def test_the_menu_and_the_home_page_lead_to_it(as_role):
    browser = as_role("secretary", "341504001001")
    assert browser.get("/").text.count('href="/elder-meals/notes"') >= 2


def test_who_may_not_look_finds_no_way_in(as_role):
    assert "/elder-meals/notes" not in as_role("resident", "341504001001").get("/").text
