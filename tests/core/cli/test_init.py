"""gridgov init: a county is made whole or not at all."""

import stat
from collections.abc import Callable
from pathlib import Path

CONFIG = Path(__file__).parents[3] / "config" / "yeji.toml"


def test_a_new_county_has_areas_keys_and_one_administrator(run: Callable, tmp_path: Path) -> None:
    data = tmp_path / "county"
    made = run("init", "--data", data, "--json")
    assert made.status == 0, made
    assert made.json["areas"] == 84
    assert made.json["username"] == "admin"
    assert len(made.json["initial_password"]) >= 12
    assert stat.S_IMODE((data / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert run("audit", "verify", "--data", data).status == 0
    assert run("doctor", "--data", data).status == 0


def test_the_initial_password_must_be_changed(run: Callable, tmp_path: Path) -> None:
    made = run("init", "--data", tmp_path / "county")
    assert "首次登录须修改" in made.out
    assert "只显示这一次" in made.out


def test_without_a_config_it_says_whose_example_was_used(run: Callable, tmp_path: Path) -> None:
    made = run("init", "--data", tmp_path / "county")
    assert made.status == 0
    notice, advice = made.err.splitlines()
    assert "叶集区" in notice
    assert str(CONFIG) in notice
    assert "--config" in advice
    assert "docs/county-it.md" in advice


def own_config(folder: Path) -> Path:
    (folder / "own.csv").write_text(
        "code,name,level,valid_from,valid_to\n330825,龙游县,county,2023-06-30,\n", "utf-8"
    )
    file = folder / "own.toml"
    file.write_text(
        '[county]\ncode = "330825"\nname = "龙游县"\nareas = "own.csv"\n[plugins]\nallowed = []\n', "utf-8"
    )
    return file


def test_an_own_config_makes_an_own_county(run: Callable, tmp_path: Path) -> None:
    file = own_config(tmp_path)
    made = run("init", "--data", tmp_path / "county", "--config", file)
    assert (made.status, made.err) == (0, "")
    assert "龙游县已建好" in made.out
    assert f"配置取自 {file}" in made.out


def test_the_environment_may_name_the_config(run: Callable, tmp_path: Path) -> None:
    made = run("init", "--data", tmp_path / "county", GRIDGOV_CONFIG=str(own_config(tmp_path)))
    assert (made.status, made.err) == (0, "")
    assert "龙游县已建好" in made.out


def test_two_counties_never_get_the_same_password(run: Callable, tmp_path: Path) -> None:
    passwords = {run("init", "--data", tmp_path / name, "--json").json["initial_password"] for name in "ab"}
    assert len(passwords) == 2


def test_a_folder_that_holds_a_county_is_left_alone(run: Callable, data: Path) -> None:
    before = run("audit", "tables", "--json", "--data", data).json
    run("init", "--data", data).refused(2, "已经有一个县区")
    assert run("audit", "tables", "--json", "--data", data).json == before


def test_a_wrong_config_leaves_nothing_behind(run: Callable, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[county]\ncode = "341504"\n', "utf-8")
    run("init", "--data", tmp_path / "county", "--config", file).refused(2, "county.name", "plugins")
    assert not (tmp_path / "county").exists()


def test_a_wrong_area_list_leaves_nothing_behind(run: Callable, tmp_path: Path) -> None:
    (tmp_path / "areas").mkdir()
    lines = [
        "code,name,level,valid_from,valid_to",
        "341504,叶集区,county,2023-06-30,",
        "3415040,x,town,2023-06-31,",
    ]
    (tmp_path / "areas" / "341504.csv").write_text("\n".join(lines), "utf-8")
    file = tmp_path / "county.toml"
    file.write_text(CONFIG.read_text("utf-8"), "utf-8")
    data = tmp_path / "county"
    run("init", "--data", data, "--config", file).refused(2, "341504.csv 第 3 行")
    assert list(data.iterdir()) == []
    (tmp_path / "areas" / "341504.csv").write_text("\n".join(lines[:2]), "utf-8")
    assert run("init", "--data", data, "--config", file).status == 0


def test_a_place_that_cannot_be_written_is_one_sentence(run: Callable, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    run("init", "--data", tmp_path / "file" / "county").refused(2, "无法写入")
