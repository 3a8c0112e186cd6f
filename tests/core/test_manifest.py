"""plugin.toml: read without importing anything."""

import os
import sys
from pathlib import Path

import pytest

from core.manifest import Found, ManifestError, discover, read_manifest

GOOD = """
name = "trial"
title = "试验"
title_en = "Trial"
version = "1.0"
api = ">=1.0,<2"
"""


def write(folder: Path, name: str, manifest: str | bytes | None, code: str = "") -> Path:
    place = folder / name
    place.mkdir(parents=True)
    (place / "plugin.py").write_text(code, "utf-8")
    if manifest is not None:
        (place / "plugin.toml").write_bytes(manifest.encode() if isinstance(manifest, str) else manifest)
    return place


def problem_of(folder: Path, name: str) -> str:
    (found,) = [found for found in discover(folder) if found.name == name]
    assert found.manifest is None
    return found.problem


def test_finding_plugins_imports_none_of_them(tmp_path: Path) -> None:
    marker = tmp_path / "imported"
    write(tmp_path, "trial", GOOD, f"import pathlib; pathlib.Path({str(marker)!r}).touch()")
    before = set(sys.modules)
    found = {found.name: found for found in discover(tmp_path)}
    assert found["trial"].manifest is not None
    assert found["trial"].manifest.module == "trial.plugin"
    assert "points_store" in found  # the bundled one, by its entry point
    assert not marker.exists()
    assert not {name for name in set(sys.modules) - before if "trial" in name or "points_store" in name}


def test_what_is_done_to_a_manifest_does_not_come_back_with_the_next_reading(tmp_path: Path) -> None:
    place = write(tmp_path, "trial", GOOD + '[permissions]\n"trial.view" = "看"\n')
    read_manifest(place, "trial.plugin").permissions["trial.everything"] = "全部"
    assert read_manifest(place, "trial.plugin").permissions == {"trial.view": "看"}


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    write(tmp_path, "trial", None)
    assert problem_of(tmp_path, "trial") == "缺少 plugin.toml"


def test_a_broken_manifest_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "trial", 'name = "trial\n')
    assert "无法解析" in problem_of(tmp_path, "trial")
    assert "line 1" in problem_of(tmp_path, "trial")


def test_a_manifest_in_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path, "trial", GOOD.encode("gb18030"))
    assert "无法解析" in problem_of(tmp_path, "trial")


def test_a_manifest_that_is_a_folder_is_named(tmp_path: Path) -> None:
    place = write(tmp_path, "trial", None)
    (place / "plugin.toml").mkdir()
    assert "读不出来" in problem_of(tmp_path, "trial")


def test_a_plugin_without_code_is_named(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "plugin.toml").write_text(GOOD, "utf-8")
    assert problem_of(tmp_path, "trial") == "缺少 plugin.py"


def test_every_mistake_of_a_manifest_is_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, "trial", 'name = "Trial!"\ntitle = 3\nversion = "1"\napi = "one"\nburdns = {}\n')
    problem = problem_of(tmp_path, "trial")
    for words in (
        "name：格式不对",
        "title：应为文字",
        "title_en：必须填写",
        "api：版本范围",
        "burdns：没有这一项",
    ):
        assert words in problem


@pytest.mark.parametrize("api", ["", "one", "1.0", ">=a"])
def test_an_api_range_that_says_nothing_is_refused(tmp_path: Path, api: str) -> None:
    write(tmp_path, "trial", GOOD.replace(">=1.0,<2", api))
    assert "版本范围" in problem_of(tmp_path, "trial")


def test_a_name_other_than_the_folders_is_named(tmp_path: Path) -> None:
    write(tmp_path, "other", GOOD)
    assert problem_of(tmp_path, "other") == "plugin.toml 里的 name 是 trial，应为 other"


def test_a_second_plugin_of_the_same_name_takes_both_out(tmp_path: Path) -> None:
    write(tmp_path, "points_store", GOOD.replace("trial", "points_store"))
    assert "有两个插件都叫 points_store" in problem_of(tmp_path, "points_store")


def test_a_plugin_that_is_looked_for_where_it_is_installed_is_one() -> None:
    installed = {found.name: found.manifest for found in discover(None)}
    manifest = installed["points_store"]
    assert manifest is not None
    found = [each for each in discover(manifest.folder.parent) if each.name == "points_store"]
    assert found == [Found("points_store", manifest)]


@pytest.mark.parametrize("name", ["accounts", "core", "api", "people"])
def test_a_name_of_the_cores_own_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, GOOD.replace("trial", name))
    assert problem_of(tmp_path, name) == f"{name} 是系统保留的名字，请给插件改名"


def test_a_permission_outside_of_the_plugins_own_names_is_refused(tmp_path: Path) -> None:
    place = write(tmp_path, "trial", GOOD + '[permissions]\n"accounts.manage" = "偷权"\n')
    with pytest.raises(ManifestError, match="权限名应以 trial"):
        read_manifest(place, "trial.plugin")


def test_an_unknown_burden_is_refused(tmp_path: Path) -> None:
    place = write(tmp_path, "trial", GOOD + '[burdens]\nselfies = "每日自拍"\n')
    with pytest.raises(ManifestError, match="burdens"):
        read_manifest(place, "trial.plugin")


def test_the_api_range_decides_whether_a_plugin_fits(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, "trial", GOOD), "trial.plugin")
    assert manifest.fits("1.0")
    assert manifest.fits("1.7")
    assert not manifest.fits("2.0")
    assert not manifest.fits("0.9")


def test_a_manifest_that_is_written_anew_is_seen_at_once_whatever_its_length_and_time(tmp_path: Path) -> None:
    place = write(tmp_path, "trial", GOOD)
    assert read_manifest(place, "trial.plugin").version == "1.0"
    file, before = place / "plugin.toml", (place / "plugin.toml").stat()
    file.write_text(GOOD.replace('version = "1.0"', 'version = "1.1"'), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read_manifest(place, "trial.plugin").version == "1.1"


def test_no_folder_and_no_plugins_is_no_error(tmp_path: Path) -> None:
    assert {found.name for found in discover(None)} == {found.name for found in discover(tmp_path / "none")}
