"""What a plugin registers when it is switched on is what the manager gives out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.plugin_host.state import State
from core.plugin_manager import PluginManager
from core.security import Role

FULL = """
from marshmallow import fields
from core.fields import Strict
from core.hookspecs import hookimpl
from core.security import Role

class Shape(Strict):
    limit = fields.Integer(load_default=3)

@hookimpl
def register_settings():
    return Shape()

@hookimpl
def register_roles():
    yield Role("secretary", "村书记", frozenset({"full.see"}))

@hookimpl
def register_audit_titles():
    return {"full.do_deed": "做事"}
"""
MANIFEST = """
name = "full"
title = "齐全"
title_en = "Full"
version = "1.0"
api = ">=1.0,<2"
[permissions]
"full.see" = "查看"
"""
MORE = FULL.replace("full", "more").replace("村书记", "书记")


def test_titles_roles_rights_and_settings_of_several_plugins_are_joined(
    plugin_folder: Callable[..., Path], load: Callable[[], PluginManager]
) -> None:
    plugin_folder("full", {"plugin.py": FULL, "plugin.toml": MANIFEST})
    plugin_folder("more", {"plugin.py": MORE, "plugin.toml": MANIFEST.replace("full", "more")})
    manager = load()
    assert manager.roles() == {"secretary": Role("secretary", "村书记", frozenset({"full.see", "more.see"}))}
    assert manager.audit_titles() == {"full.do_deed": "做事", "more.do_deed": "做事"}
    assert manager.permissions() == {"full.see": "查看", "more.see": "查看"}
    assert manager.loaded["full"].settings == {"limit": 3}


@pytest.mark.parametrize("right", ["accounts.manage", "full.see", "nobody.knows"])
def test_a_role_with_a_right_of_somebody_else_stops_its_plugin_and_names_the_right(
    plugin_folder: Callable[..., Path], load: Callable[[], PluginManager], right: str
) -> None:
    plugin_folder("full", {"plugin.py": FULL, "plugin.toml": MANIFEST})
    greedy = FULL.replace("full.see", right)
    plugin_folder("greedy", {"plugin.py": greedy, "plugin.toml": MANIFEST.replace("full", "greedy")})
    manager = load()
    assert list(manager.loaded) == ["full"]
    assert manager.reports["greedy"].state is State.FAILED
    assert right in manager.reports["greedy"].cause


def test_a_role_may_hold_rights_of_a_plugin_that_is_required(
    plugin_folder: Callable[..., Path], load: Callable[[], PluginManager]
) -> None:
    plugin_folder("full", {"plugin.py": FULL, "plugin.toml": MANIFEST})
    manifest = MANIFEST.replace("full", "modest").replace("[perm", 'requires = ["full"]\n[perm')
    plugin_folder("modest", {"plugin.py": FULL, "plugin.toml": manifest})
    assert list(load().loaded) == ["full", "modest"]
