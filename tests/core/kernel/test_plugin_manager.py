"""Whatever a plugin does, the rest works, and people are told which one it was and why."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core import plugin_manager
from core.county import County
from core.hookspecs import MenuItem
from core.plugin_host.state import Report, State, retry, survey, switch
from core.plugin_manager import PluginManager
from core.security import ANONYMOUS

Write = Callable[..., Path]
Load = Callable[[], PluginManager]

SOUND = """
from core.hookspecs import MenuItem, hookimpl

@hookimpl
def menu_items(actor):
    return [MenuItem("好", "sound.home", "phone")]
"""
RAISING = """
from core.hookspecs import hookimpl

@hookimpl
def menu_items(actor):
    raise ValueError("out of paint")
"""
MODEL = """
from peewee import AutoField
from core.db import BaseModel
from core.hookspecs import hookimpl

class Thing(BaseModel):
    id = AutoField()
    class Meta:
        table_name = "{table}"

@hookimpl
def register_models():
    return [Thing]
"""
MIGRATION = """
from peewee import AutoField, Model

def up(migrator, db):
    class Thing(Model):
        id = AutoField()
        class Meta:
            database = db
            table_name = "{table}"
    db.create_tables([Thing])
    {more}
"""
TOML = """
name = "{name}"
title = "试验"
title_en = "Trial"
version = "1.0"
api = "{api}"
requires = {requires}
conflicts = {conflicts}
"""


def manifest(name: str, *, api: str = ">=1.0,<2", requires: object = (), conflicts: object = ()) -> str:
    return TOML.format(name=name, api=api, requires=list(requires), conflicts=list(conflicts))  # type: ignore[call-overload]


@pytest.fixture
def sound(plugin_folder: Write) -> None:
    """A good neighbour, whose menu item must come whatever the other plugin does."""
    plugin_folder("sound", {"plugin.py": SOUND})


def menu(manager: PluginManager) -> list[str]:
    items: list[MenuItem] = manager.gather("menu_items", actor=ANONYMOUS)
    return [item.title for item in items]


def seen(kernel: County, name: str) -> Report:
    return survey(kernel.settings, kernel.plugins_folder)[name]


FAILURES = {
    "an import error": ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
    "a syntax error": ("def (:", "SyntaxError"),
    "an exit while it is imported": ("raise SystemExit(3)", "SystemExit: 3"),
    "an error that cannot speak": (
        "class Mute(Exception):\n    def __str__(self): raise Mute\nraise Mute",
        "Mute",
    ),
    "a misspelt hook": (
        "from core.hookspecs import hookimpl\n@hookimpl\ndef menu_itmes(actor): return []",
        "menu_itmes",
    ),
    "wrong arguments of a hook": (
        "from core.hookspecs import hookimpl\n@hookimpl\ndef menu_items(person): return []",
        "person",
    ),
    "a wrapper": (
        "from core.hookspecs import hookimpl\n@hookimpl(wrapper=True)\ndef menu_items(actor): return (yield)",
        "钩子 menu_items 不能写成 wrapper",
    ),
    "an old wrapper": (
        "from core.hookspecs import hookimpl\n@hookimpl(hookwrapper=True)\ndef menu_items(actor): yield",
        "钩子 menu_items 不能写成 wrapper",
    ),
    "somebody else's table": (MODEL.format(table="accounts_account"), "应以 hostile_ 开头"),
    "pages at somebody else's address": (
        "from flask import Blueprint\nfrom core.hookspecs import hookimpl\n"
        "@hookimpl\ndef register_pages(): return [Blueprint('hostile', __name__, url_prefix='/accounts')]",
        "网址应以 /hostile 开头",
    ),
    "pages under somebody else's name": (
        "from flask import Blueprint\nfrom core.hookspecs import hookimpl\n"
        "@hookimpl\ndef register_pages(): return [Blueprint('accounts', __name__, url_prefix='/hostile')]",
        "名字应以 hostile 开头",
    ),
    "a permission it did not declare": (
        "from core.hookspecs import hookimpl\nfrom core.security import Role\n"
        "@hookimpl\ndef register_roles(): return [Role('clerk', '店员', frozenset({'hostile.reed'}))]",
        "权限 hostile.reed 没有写在 plugin.toml",
    ),
    "nothing where a list is due": (
        "from core.hookspecs import hookimpl\n@hookimpl\ndef register_pages(): return None",
        "TypeError",
    ),
    "a model outside of the county's database": (
        "from peewee import Model\nfrom core.hookspecs import hookimpl\nclass HostileThing(Model):\n"
        "    class Meta: table_name = 'hostile_thing'\n"
        "@hookimpl\ndef register_models(): return [HostileThing]",
        "应继承 core.db.BaseModel",
    ),
}


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("trouble", FAILURES)
def test_a_plugin_that_cannot_be_loaded_is_named_and_the_rest_works(
    trouble: str, kernel: County, plugin_folder: Write, load: Load
) -> None:
    code, cause = FAILURES[trouble]
    plugin_folder("hostile", {"plugin.py": code})
    manager = load()
    assert menu(manager) == ["好"]
    assert "hostile" not in manager.loaded
    assert manager.reports["hostile"].state is State.FAILED
    assert cause in manager.reports["hostile"].cause
    assert seen(kernel, "hostile").state is State.FAILED
    assert cause in seen(kernel, "hostile").cause


@pytest.mark.usefixtures("sound")
def test_settings_that_do_not_fit_the_plugin_are_its_failure_with_line_and_key(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    code = (
        "from marshmallow import fields\nfrom core.fields import Strict\n"
        "from core.hookspecs import hookimpl\n"
        "class Shape(Strict):\n    limit = fields.Integer(strict=True, load_default=3)\n"
        "@hookimpl\ndef register_settings(): return Shape()\n"
    )
    plugin_folder("hostile", {"plugin.py": code})
    file = kernel.data / "config.toml"
    file.write_text(file.read_text("utf-8") + '[plugin.hostile]\nlimit = "much"\n', "utf-8")
    plugin_folder("other", {"plugin.py": ""})
    manager = load()
    assert "plugin.hostile.limit：应为整数" in manager.reports["hostile"].cause
    assert menu(manager) == ["好"]


@pytest.mark.usefixtures("sound")
def test_a_section_for_a_plugin_without_settings_is_named(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("hostile", {"plugin.py": ""})
    file = kernel.data / "config.toml"
    file.write_text(file.read_text("utf-8") + "[plugin.hostile]\nlimit = 3\n", "utf-8")
    plugin_folder("other", {"plugin.py": ""})
    assert "插件 hostile 没有设置项" in load().reports["hostile"].cause


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (manifest("picky", api=">=2.0"), "它要求接口版本 >=2.0，本系统是 1.0"),
        (manifest("picky", requires=["nobody"]), "它需要插件 nobody，而后者没有启用"),
        (manifest("picky", requires=["picky"]), "插件互相依赖成圈：picky → picky"),
    ],
)
def test_a_plugin_that_does_not_fit_is_left_out_without_being_imported(
    text: str, cause: str, kernel: County, plugin_folder: Write, load: Load, tmp_path: Path
) -> None:
    marker = tmp_path / "imported"
    plugin_folder(
        "picky", {"plugin.py": f"import pathlib; pathlib.Path({str(marker)!r}).touch()", "plugin.toml": text}
    )
    report = seen(kernel, "picky")
    manager = load()
    assert report.state is State.MISFIT
    assert cause in report.cause
    assert not marker.exists()
    assert menu(manager) == ["好"]


@pytest.mark.parametrize(("declares", "other"), [("alpha", "omega"), ("omega", "alpha")])
def test_a_conflict_counts_whichever_side_declares_it(
    declares: str, other: str, kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder(declares, {"plugin.py": "", "plugin.toml": manifest(declares, conflicts=[other])})
    plugin_folder(other, {"plugin.py": ""})
    manager = load()
    assert list(manager.loaded) == ["alpha"]
    assert seen(kernel, "omega").cause == "它与已启用的插件 alpha 冲突"


def test_plugins_load_after_those_they_need_and_a_circle_is_named(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("zeta", {"plugin.py": ""})
    plugin_folder(
        "alpha", {"plugin.py": "import zeta.plugin", "plugin.toml": manifest("alpha", requires=["zeta"])}
    )
    plugin_folder("ring_a", {"plugin.py": "", "plugin.toml": manifest("ring_a", requires=["ring_b"])})
    plugin_folder("ring_b", {"plugin.py": "", "plugin.toml": manifest("ring_b", requires=["ring_a"])})
    plugin_folder("outside", {"plugin.py": "", "plugin.toml": manifest("outside", requires=["ring_a"])})
    manager = load()
    assert list(manager.loaded) == ["zeta", "alpha"]
    for name in ("ring_a", "ring_b"):
        assert seen(kernel, name).cause.startswith("插件互相依赖成圈：ring_")
    assert seen(kernel, "outside").cause == "它需要插件 ring_a，而后者没有启用"


def test_a_plugin_whose_neighbour_fails_to_load_does_not_load_either(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("broken", {"plugin.py": "1/0"})
    plugin_folder("needy", {"plugin.py": "", "plugin.toml": manifest("needy", requires=["broken"])})
    manager = load()
    assert manager.loaded == {}
    assert manager.reports["needy"].state is State.MISFIT
    assert seen(kernel, "needy").cause == "它需要插件 broken，而后者没有启用"


def test_dropping_a_plugin_takes_those_along_that_stand_on_it(plugin_folder: Write, load: Load) -> None:
    plugin_folder("ground", {"plugin.py": ""})
    plugin_folder("house", {"plugin.py": "", "plugin.toml": manifest("house", requires=["ground"])})
    plugin_folder("roof", {"plugin.py": "", "plugin.toml": manifest("roof", requires=["house"])})
    manager = load()
    manager.drop("ground", State.FAILED, "clash")
    assert manager.loaded == {}
    assert manager.reports["roof"].cause == "它需要插件 house，而后者没有启用"


def test_a_plugin_named_like_an_installed_package_is_told_to_rename(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    import json

    plugin_folder("json", {"plugin.py": ""})
    load()
    assert seen(kernel, "json").state is State.FAILED
    import json as again

    assert again is json


def test_an_allowed_plugin_that_is_not_installed_is_named(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    place = plugin_folder("ghost", {"plugin.py": ""})
    for file in sorted(place.iterdir()):
        file.unlink()
    place.rmdir()
    assert seen(kernel, "ghost").cause == "配置允许了它，但没有安装"
    assert load().loaded == {}


# --- migrations of plugins


def test_a_failing_migration_leaves_nothing_behind_and_is_named(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    from core.db import database

    files = {
        "plugin.py": MODEL.format(table="hostile_thing"),
        "migrations/0001_initial.py": MIGRATION.format(
            table="hostile_thing", more="raise ValueError('halfway')"
        ),
    }
    plugin_folder("hostile", files)
    assert load().loaded == {}
    assert seen(kernel, "hostile").cause == "ValueError: halfway"
    assert "hostile_thing" not in database.get_tables()


def test_an_older_version_does_not_touch_what_a_newer_one_has_upgraded(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    code = MODEL.format(table="sound_thing") + SOUND
    first = {"plugin.py": code, "migrations/0001_initial.py": MIGRATION.format(table="sound_thing", more="")}
    second = {"migrations/0002_more.py": MIGRATION.format(table="sound_more", more="")}
    folder = plugin_folder("sound", first | second)
    assert menu(load()) == ["好"]
    (folder / "migrations" / "0002_more.py").unlink()
    assert load().loaded == {}
    assert "0002_more" in seen(kernel, "sound").cause
    plugin_folder("sound", second)
    retry(plugin_manager.SYSTEM, kernel.settings, kernel.plugins_folder, "sound")
    assert menu(load()) == ["好"]


def test_a_failed_plugin_mended_on_disk_loads_after_retry(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("hostile", {"plugin.py": "import hostile.part\n1/0", "hostile_part.py": "", "part.py": ""})
    assert load().loaded == {}
    plugin_folder("hostile", {"plugin.py": SOUND})
    assert load().loaded == {}, "it must wait for somebody to look at it"
    retry(plugin_manager.SYSTEM, kernel.settings, kernel.plugins_folder, "hostile")
    assert menu(load()) == ["好"]


def test_off_means_no_hook_no_role_no_table_and_its_data_stay(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    from core.db import database

    code = MODEL.format(table="sound_thing") + SOUND
    plugin_folder(
        "sound",
        {"plugin.py": code, "migrations/0001_initial.py": MIGRATION.format(table="sound_thing", more="")},
    )
    assert menu(load()) == ["好"]
    switch(plugin_manager.SYSTEM, kernel.settings, kernel.plugins_folder, "sound", enabled=False)
    manager = load()
    assert (menu(manager), manager.loaded, manager.models()) == ([], {}, [])
    assert "sound_thing" in database.get_tables()
    switch(plugin_manager.SYSTEM, kernel.settings, kernel.plugins_folder, "sound", enabled=True)
    assert menu(load()) == ["好"]
