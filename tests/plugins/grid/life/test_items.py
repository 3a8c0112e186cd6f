"""The county's items: shipped ones, changed and added on a page; nothing asked twice, none deleted."""

import pytest

from core.county import county
from core.errors import DomainError, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE
from plugins.grid.errors.files import AlreadyRegistered, ItemInUse
from plugins.grid.models.files import FileValue
from plugins.grid.queries.files import file_of
from plugins.grid.queries.items import find_item, list_items
from plugins.grid.services.files import Entry, update_file
from plugins.grid.services.items import ItemDraft, create_item, retire_item, update_item
from plugins.grid.shipped import shipped

HERE = AreaScope((COUNTY_CODE,))


def draft(code, **changes):
    item = find_item(code)
    kept = ("section", "title", "kind", "owner", "choices", "hint", "sensitive", "position")
    return ItemDraft(**{name: getattr(item, name) for name in kept} | changes)


def test_forty_odd_items_of_ten_kinds_are_shipped_each_with_its_own_code():
    items = shipped().items
    assert 40 <= len(items) <= 50
    assert len({item.code for item in items}) == len(items)
    assert {
        "registration",
        "land",
        "housing",
        "work",
        "health",
        "insurance",
        "education",
        "party",
        "needs",
    } <= {item.section for item in items}
    for register in shipped().registers:
        item = next(item for item in items if item.code == register.item)
        assert set(register.picks) <= {"yes", "no", *(code for code, _ in item.choices)}


def test_an_item_of_the_county_stands_in_its_place_and_can_be_filled_in(life):
    code = create_item(
        life.admin,
        ItemDraft("land", "大棚（个）", "number", "household", position=15),
    )
    land = [item.code for item in list_items() if item.section == "land"]
    assert land.index(code) == 1
    update_file(life.member, life.home.id, [Entry(code, 0, "2")])
    assert file_of(HERE, life.home.id).filled == 1


@pytest.mark.parametrize("title", ["联系电话", "身份证号", "是否低保", "留守儿童", "风险等级"])
def test_what_the_register_holds_is_never_asked_for_again(life, title):
    with pytest.raises(AlreadyRegistered):
        create_item(life.admin, ItemDraft("needs", title, "text", "person"))


@pytest.mark.parametrize(
    "wish",
    [
        ItemDraft("nowhere", "好", "text", "household"),
        ItemDraft("land", "", "text", "household"),
        ItemDraft("land", "山林（亩）", "text", "household"),
        ItemDraft("land", "好", "choice", "household", (("", "一种"),)),
        ItemDraft("land", "好", "choice", "household", (("", "同"), ("", "同"))),
        ItemDraft("land", "好", "picture", "household"),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(life, wish):
    with pytest.raises(Invalid):
        create_item(life.admin, wish)


def test_type_and_picked_choices_stay_while_files_use_them(life):
    update_file(life.member, life.home.id, [Entry("toilet", 0, "dry"), Entry("house_use", 0, ["let"])])
    with pytest.raises(ItemInUse):
        update_item(life.admin, "toilet", draft("toilet", kind="text", choices=()))
    for code, picked in (("toilet", "dry"), ("house_use", "let")):
        choices = find_item(code).choices
        less = tuple(pair for pair in choices if pair[0] != picked)
        with pytest.raises(ItemInUse):
            update_item(life.admin, code, draft(code, choices=less))
        free = next(choice for choice, _ in choices if choice != picked)
        update_item(life.admin, code, draft(code, choices=tuple(p for p in choices if p[0] != free)))
    renamed = tuple((code, "旱厕" if code == "dry" else title) for code, title in find_item("toilet").choices)
    update_item(life.admin, "toilet", draft("toilet", choices=renamed))
    assert {s.text for part in file_of(HERE, life.home.id).sections for s in part.household if s.at} == {
        "旱厕",
        "出租",
    }


def test_an_item_that_becomes_sensitive_is_sealed_and_opened_again(life):
    update_file(life.member, life.home.id, [Entry("toilet", 0, "dry")])
    update_item(life.admin, "toilet", draft("toilet", sensitive=True))
    row = FileValue.unscoped("a test").get()
    assert (row.value, row.pick, row.sealed is None) == ("", "", False)
    update_item(life.admin, "toilet", draft("toilet", sensitive=False))
    row = FileValue.unscoped("a test").get()
    assert (row.value, row.pick, row.sealed) == ("dry", "dry", None)


def test_only_the_county_defines_items_and_an_unknown_one_is_not_found(life):
    for actor in (life.secretary, life.member):
        with pytest.raises(DomainError):
            create_item(actor, ItemDraft("land", "好", "text", "household"))
    with pytest.raises(NotFound):
        retire_item(life.admin, "no_such_item")


def test_the_page_adds_changes_retires_and_restores(life, as_role, submit):
    browser = as_role("county_admin", COUNTY_CODE)
    assert county().plugins is not None

    def send(path, **form):
        return submit(browser, "/grid/items/new", path, **form)

    wish = {"section": "needs", "title": "需要代办", "kind": "choice", "owner": "household", "position": "5"}
    assert send("/grid/items/new", **wish, choices="一项").status_code == 422
    assert send("/grid/items/new", **wish, choices="医保\n养老").status_code == 303
    item = next(item for item in list_items() if item.title == "需要代办")
    lines = "\n".join(f"{code}={title}" for code, title in item.choices) + "\n户口"
    assert send(f"/grid/items/{item.code}", **wish, choices=lines).status_code == 303
    assert [title for _, title in find_item(item.code).choices] == ["医保", "养老", "户口"]
    assert find_item(item.code).choices[0] == item.choices[0], "a choice keeps its code"
    assert send(f"/grid/items/{item.code}/retire").status_code == 303
    assert find_item(item.code).retired
    assert "已停用" in browser.get("/grid/items").text
    assert send(f"/grid/items/{item.code}/restore").status_code == 303
    assert send("/grid/items/new", **{**wish, "title": "手机号"}, choices="a\nb").status_code == 422
