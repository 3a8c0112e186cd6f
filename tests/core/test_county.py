"""A county's folder: laid out whole or not at all, opened with every mistake named."""

import os
import stat
from pathlib import Path

import pytest

from core.county import close_county, county, create_folder, open_county, plugins
from core.db import database
from core.errors import ConfigError

CONFIG = """\
[county]
code = "341504"
name = "叶集区"
areas = "lists/areas.csv"
[plugins]
allowed = []
[calendar]
files = ["lists/2027.csv"]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GRIDGOV_CONFIG", "GRIDGOV_PLUGINS", "GRIDGOV_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "from" / "lists").mkdir(parents=True)
    (tmp_path / "from" / "lists" / "areas.csv").write_text("code,name\n", "utf-8")
    (tmp_path / "from" / "lists" / "2027.csv").write_text("date,is_workday\n2027-10-01,0\n", "utf-8")
    file = tmp_path / "from" / "county.toml"
    file.write_text(CONFIG, "utf-8")
    return file


def test_a_new_folder_holds_all_it_needs_and_is_its_owners_only(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    create_folder(data, config)
    names = sorted(str(file.relative_to(data)) for file in data.rglob("*") if file.is_file())
    assert names == ["config.toml", "keys.json", "lists/2027.csv", "lists/areas.csv"]
    assert stat.S_IMODE(data.stat().st_mode) & 0o077 == 0
    try:
        opened = open_county(data)
        assert opened is county()
        assert opened.settings.areas_file == data / "lists" / "areas.csv"
        with pytest.raises(AssertionError, match="not loaded"):
            plugins()
    finally:
        close_county()
    with pytest.raises(AssertionError, match="no county is open"):
        county()


def test_a_county_is_never_laid_over_another(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    create_folder(data, config)
    keys = (data / "keys.json").read_bytes()
    with pytest.raises(ConfigError, match="已经有一个县区"):
        create_folder(data, config)
    (data / "config.toml").unlink()
    with pytest.raises(ConfigError, match=r"keys\.json"):
        create_folder(data, config)
    assert (data / "keys.json").read_bytes() == keys


def test_a_wrong_config_makes_nothing(config: Path, tmp_path: Path) -> None:
    config.write_text(CONFIG.replace("341504", "x"), "utf-8")
    with pytest.raises(ConfigError, match=r"county\.code"):
        create_folder(tmp_path / "data", config)
    assert not (tmp_path / "data").exists()


def test_a_place_that_cannot_be_written_is_a_sentence(config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigError, match="无法写入"):
        create_folder(tmp_path / "file" / "data", config)


def test_a_second_try_after_a_failed_one_finds_no_leftover_keys(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "config.toml.d").mkdir(parents=True)
    (data / "config.toml").symlink_to(tmp_path / "nowhere" / "config.toml")
    with pytest.raises(ConfigError, match="无法写入"):
        create_folder(data, config)
    (data / "config.toml").unlink()
    create_folder(data, config)


def test_an_empty_folder_is_no_county(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="还没有县区"):
        open_county(tmp_path)


def test_what_is_wrong_is_found_before_the_open_county_is_closed(config: Path, tmp_path: Path) -> None:
    create_folder(tmp_path / "data", config)
    opened = open_county(tmp_path / "data")
    try:
        broken = tmp_path / "broken"
        create_folder(broken, config)
        (broken / "lists" / "2027.csv").write_text("date,is_workday\nsoon,0\n", "utf-8")
        with pytest.raises(ConfigError, match="第 2 行"):
            open_county(broken)
        (broken / "keys.json").unlink()
        with pytest.raises(ConfigError, match="找不到密钥文件"):
            open_county(broken)
        assert county() is opened
        with database.connection_context():
            database.execute_sql("SELECT 1")
    finally:
        close_county()


def test_keys_may_lie_elsewhere(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_SECRET_FILE", str(tmp_path / "safe.json"))
    create_folder(tmp_path / "data", config)
    assert not (tmp_path / "data" / "keys.json").exists()
    assert os.path.exists(tmp_path / "safe.json")
    open_county(tmp_path / "data")
    close_county()
