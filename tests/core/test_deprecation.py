"""What is on its way out: a warning with plugin, line and releases, once a plugin and place."""

import logging
import types
from pathlib import Path

import pytest

from core import deprecation, text
from core.deprecation import ApiDeprecation, Deprecated, old_names
from core.plugin_host.state import State

OLD_NAME = Deprecated("core.text.told", "1.1", "2.0", "core.text.by_path")
OLD_ARGUMENT = Deprecated("veto_import_undo.households", "1.1", "2.0", "veto_import_undo.homes")
OLD_HOOK = Deprecated("roll_candidates", "1.1", "2.0", "roll_members")
OLD_KEY = Deprecated("plugin.toml conflicts", "1.1", "2.0", "requires")
PLUGIN = """
from core.hookspecs import hookimpl
from core.text import told

@hookimpl
def veto_import_undo(households):
    return None

@hookimpl
def roll_candidates(area_code):
    return []
"""
MANIFEST = """
name = "dated"
title = "旧写法"
title_en = "Dated"
version = "1.0"
api = ">=1.0,<2"
conflicts = ["nothing"]
"""
ignored = pytest.mark.filterwarnings("ignore::core.deprecation.ApiDeprecation")


@pytest.fixture
def outgoing(monkeypatch):
    """A name, an argument, a hook and a key are deprecated in these tests."""
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (OLD_NAME, OLD_ARGUMENT, OLD_HOOK, OLD_KEY))
    monkeypatch.setattr(deprecation, "_uses", {})
    monkeypatch.setattr(text, "__getattr__", old_names("core.text"), raising=False)


@pytest.fixture
def dated(plugin_folder, outgoing):
    return plugin_folder("dated", {"plugin.toml": MANIFEST, "plugin.py": PLUGIN})


@ignored
def test_a_plugin_goes_on_and_its_uses_are_named_once(dated, build_app, county, caplog):
    with caplog.at_level(logging.WARNING, "core.deprecation"):
        build_app()
        build_app()
    assert county.plugins.reports["dated"].state is State.ON
    found = {(use.plugin, use.place, use.deprecated.name) for use in deprecation.uses()}
    assert found == {
        ("dated", "plugin.py:3", "core.text.told"),
        ("dated", "plugin.py:5", "veto_import_undo.households"),
        ("dated", "plugin.py:9", "roll_candidates"),
        ("dated", "plugin.toml:7", "plugin.toml conflicts"),
    }
    lines = [record.getMessage() for record in caplog.records if record.name == "core.deprecation"]
    assert len(lines) == len(found), "once a plugin and place"
    assert all("dated" in line and "1.1" in line and "2.0" in line for line in lines)


@ignored
def test_the_doctor_names_them(dated, county, monkeypatch):
    from core.cli.doctor import examine

    monkeypatch.setenv("GRIDGOV_PLUGINS", str(dated.parent))
    told = [finding for finding in examine(county.data) if finding.code == "plugin_deprecation"]
    assert [finding.grave for finding in told] == [False] * 4
    assert "dated" in told[0].text
    assert "plugin.py:3" in told[0].text


def test_in_tests_it_is_an_error(plugin_folder, monkeypatch, outgoing, build_app, county):
    manifest = MANIFEST.partition("conflicts")[0]
    plugin_folder("dated", {"plugin.toml": manifest, "plugin.py": PLUGIN})
    build_app()
    report = county.plugins.reports["dated"]
    assert report.state is State.FAILED
    assert "ApiDeprecation" in report.cause
    assert "core.text.told" in report.cause


def test_what_was_never_there_is_an_attribute_error():
    module = types.ModuleType("core.trial")
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        old_names(module.__name__)("other")


def test_every_deprecation_stands_in_the_docs():
    page = (Path(__file__).parents[2] / "docs" / "plugin-api.md").read_text("utf-8")
    assert [each.name for each in deprecation.DEPRECATIONS if f"`{each.name}`" not in page] == []


def test_a_moved_name_warns_whoever_takes_it(outgoing):
    with pytest.warns(ApiDeprecation, match="core.text.by_path"):
        assert text.told is text.by_path
