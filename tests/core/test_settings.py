"""Configuration: every mistake at once, each with file, line and key."""

from pathlib import Path

import pytest
from marshmallow import fields

from core.errors import ConfigError
from core.fields import Strict
from core.settings import load_settings

GOOD = """\
[county]
code = "341504"
name = "叶集区"

[plugins]
allowed = ["points_store"]
"""
CODE = '应为引号里的 4 位或 6 位数字（市或县区的行政区划代码），如 "341504"'


def load(tmp_path: Path, text: str | bytes) -> list[str]:
    file = tmp_path / "county.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert all(mistake.startswith(str(file)) for mistake in caught.value.mistakes)
    return [mistake.removeprefix(str(file)).strip() for mistake in caught.value.mistakes]


def test_five_mistakes_are_named_at_once_with_file_line_and_key(tmp_path: Path) -> None:
    mistakes = load(
        tmp_path,
        """\
[county]
code = "三四"
name = "叶集区"
areas = "missing.csv"

[plugins]
allowed = ["points_store"]
on = ["diary"]

[security]
idle_minutes = "30"
lockout_failure = 5
""",
    )
    assert sorted(mistakes) == sorted(
        [
            f"第 2 行 county.code：{CODE}",
            f"第 4 行 county.areas：找不到文件 {tmp_path / 'missing.csv'}",
            "第 8 行 plugins.on：diary 不在 allowed 之中",
            "第 11 行 security.idle_minutes：应为整数",
            "第 12 行 security.lockout_failure：没有这一项，请检查拼写",
        ]
    )


def test_a_good_file_gives_frozen_settings_with_defaults(tmp_path: Path) -> None:
    file = tmp_path / "county.toml"
    file.write_text(GOOD, "utf-8")
    settings = load_settings(file)
    assert (settings.county_code, settings.county_name) == ("341504", "叶集区")
    assert settings.security.idle_minutes == 30
    assert settings.allowed == ("points_store",)
    assert settings.on == ()
    with pytest.raises(AttributeError):
        settings.county_code = "1"  # type: ignore[misc]


def test_a_mark_at_the_start_of_the_file_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "county.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_settings(file).county_code == "341504"


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.encode("gb18030")) == ["：不是 UTF-8 文本，请另存为 UTF-8"]


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (mistake,) = load(tmp_path, GOOD + "[security\n")
    assert mistake.startswith("第 7 行：TOML 写法有误")
    assert "line 7" in mistake


def test_toml_that_breaks_off_is_named_with_its_last_line(tmp_path: Path) -> None:
    (mistake,) = load(tmp_path, GOOD + "[security")
    assert mistake.startswith("第 7 行：TOML 写法有误")


def test_endless_brackets_are_a_mistake_and_no_crash(tmp_path: Path) -> None:
    (mistake,) = load(tmp_path, "a = " + "[" * 100_000)
    assert "TOML 写法有误" in mistake


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere.toml", tmp_path):
        with pytest.raises(ConfigError) as caught:
            load_settings(place)
        assert str(place) in caught.value.mistakes[0]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("allowed = 1", "应为列表"),
        ("allowed = [1]", "应为文字"),
        ('allowed = ["a"]\non = ["b"]', "b 不在 allowed 之中"),
        ("", "必须填写"),
    ],
)
def test_wrong_types_of_the_plugin_list_are_named(tmp_path: Path, line: str, mistake: str) -> None:
    text = GOOD.replace('allowed = ["points_store"]', line)
    assert any(mistake in found for found in load(tmp_path, text))


@pytest.mark.parametrize("number", ["0", "721", "-1", "1.5", "true", '"x"'])
def test_limits_outside_their_range_are_refused(tmp_path: Path, number: str) -> None:
    (mistake,) = load(tmp_path, f"{GOOD}[security]\nidle_minutes = {number}\n")
    assert "第 8 行 security.idle_minutes" in mistake


@pytest.mark.parametrize("code", ["34150", "3415041", "３４１５０４", "341504\\n", "abcdef", ""])
def test_a_county_code_is_four_or_six_plain_digits(tmp_path: Path, code: str) -> None:
    assert load(tmp_path, GOOD.replace('"341504"', f'"{code}"')) == [f"第 2 行 county.code：{CODE}"]


def test_a_county_code_without_quotation_marks_is_told_to_get_them(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.replace('"341504"', "341504")) == [f"第 2 行 county.code：{CODE}"]


def test_a_section_of_a_plugin_that_is_not_allowed_is_a_misspelt_one(tmp_path: Path) -> None:
    (mistake,) = load(tmp_path, GOOD + "[plugin.points_stor]\ncode_seconds = 60\n")
    assert mistake == "第 7 行 plugin.points_stor：plugins.allowed 中没有插件 points_stor，请检查拼写"


def test_a_burden_needs_a_known_name_and_a_legal_ground(tmp_path: Path) -> None:
    first, second = load(tmp_path, GOOD + '[burdens]\ncheck_in = "无"\nselfies = "某某条例第三条"\n')
    assert "第 8 行 burdens.check_in：至少 4 个字" in first
    assert "第 9 行 burdens.selfies：只能是" in second


def test_a_file_outside_of_the_configs_folder_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('name = "叶集区"', 'name = "叶集区"\nareas = "../areas.csv"')
    (mistake,) = load(tmp_path, text)
    assert "不能含有 .." in mistake


class Section(Strict):
    seconds = fields.Integer(required=True, strict=True)
    title = fields.String()


def test_a_plugins_section_is_checked_with_its_own_shape_and_lines(tmp_path: Path) -> None:
    file = tmp_path / "county.toml"
    file.write_text(GOOD + '[plugin.points_store]\nseconds = "x"\ntitel = "y"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(file).plugin_section("points_store", Section())
    assert caught.value.mistakes == [
        f"{file} 第 8 行 plugin.points_store.seconds：应为整数",
        f"{file} 第 9 行 plugin.points_store.titel：没有这一项，请检查拼写",
    ]


def test_a_missing_key_names_the_line_of_its_table(tmp_path: Path) -> None:
    file = tmp_path / "county.toml"
    file.write_text(GOOD + "[plugin.points_store]\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(file).plugin_section("points_store", Section())
    assert caught.value.mistakes == [f"{file} 第 7 行 plugin.points_store.seconds：必须填写"]


@pytest.mark.parametrize(
    "hours",
    [
        '"08:30-12:00"',
        "[]",
        "[1]",
        '["8:30-12:00"]',
        '["08:30-24:00"]',
        '["12:00-08:30"]',
        '["08:30-12:00", "11:00-17:00"]',
        '["14:00-17:30", "08:30-12:00"]',
    ],
)
def test_office_hours_are_slots_in_their_order(tmp_path: Path, hours: str) -> None:
    (mistake,) = load(tmp_path, f"{GOOD}[cases]\nday_hours = {hours}\n")
    assert "第 8 行 cases.day_hours：应为上班时段" in mistake
