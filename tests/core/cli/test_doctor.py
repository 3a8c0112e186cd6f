"""gridgov doctor: names what is wrong in a sentence that says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tampering import alter


@pytest.fixture
def codes(run: Callable, data: Path) -> Callable[..., dict[str, bool]]:
    def ask(**environment: str) -> dict[str, bool]:
        result = run("doctor", "--json", "--data", data, **environment)
        found = {finding["code"]: finding["grave"] for finding in result.json["findings"]}
        assert result.status == (1 if any(found.values()) else 0)
        assert "Traceback" not in result.err or environment
        return found

    return ask


def test_a_sound_county_has_nothing_grave(codes: Callable) -> None:
    assert not any(codes().values())


def test_plain_http_is_a_note(codes: Callable) -> None:
    assert codes()["no_https"] is False


def test_https_without_a_named_proxy_is_a_note(codes: Callable, data: Path) -> None:
    file = data / "config.toml"
    text = file.read_text("utf-8").replace("https = false", "https = true")
    file.write_text(text, "utf-8")
    assert codes()["no_trusted_proxies"] is False
    file.write_text(text.replace("trusted_proxies = 0", "trusted_proxies = 1"), "utf-8")
    assert "no_trusted_proxies" not in codes()


def test_keys_that_others_can_read_are_grave(codes: Callable, data: Path) -> None:
    (data / "keys.json").chmod(0o644)
    assert codes()["keys_readable"] is True


def test_a_wrong_config_is_named_line_by_line(codes: Callable, run: Callable, data: Path) -> None:
    file = data / "config.toml"
    file.write_text(file.read_text("utf-8").replace("idle_minutes = 30", "idle_minutes = 0"), "utf-8")
    assert codes()["config_error"] is True
    assert "第 20 行 security.idle_minutes" in run("doctor", "--data", data).out


def test_a_pending_migration_is_grave(codes: Callable, data: Path) -> None:
    alter(data, "DELETE FROM people_migration")
    assert codes()["migrations_pending"] is True


def test_a_damaged_database_is_grave(codes: Callable, data: Path) -> None:
    file = data / "gridgov.db"
    content = bytearray(file.read_bytes())
    content[8192:40960] = bytes(b"\xff" * 32768)
    file.write_bytes(content)
    assert codes()["database_damaged"] is True


def test_a_plugin_that_does_not_load_is_grave_and_named(
    run: Callable, data: Path, allow: Callable, write_plugin: Callable
) -> None:
    folder = write_plugin("broken", "import nothing_of_this_name")
    allow("broken")
    shown = run("doctor", "--data", data, GRIDGOV_PLUGINS=str(folder))
    assert shown.status == 1
    assert "插件 试验插件（broken）加载失败" in shown.out
    assert "nothing_of_this_name" in shown.out


def test_a_book_that_does_not_balance_is_found_by_its_plugin(codes: Callable, data: Path) -> None:
    alter(
        data,
        "UPDATE points_store_ledger_account SET balance = balance + 1 WHERE id = "
        "(SELECT MAX(id) FROM points_store_ledger_account)",
    )
    assert codes()["ledger_not_zero"] is True


def test_a_burden_that_is_on_is_listed_with_its_legal_ground(
    codes: Callable, run: Callable, data: Path
) -> None:
    assert "burden_on" not in codes()
    file = data / "config.toml"
    file.write_text(file.read_text("utf-8") + '\n[burdens]\ncheck_in = "某某条例第三条"\n', "utf-8")
    assert codes()["burden_on"] is False
    assert "“打卡签到”已启用，依据：某某条例第三条" in run("doctor", "--data", data).out


def test_settings_made_by_page_are_named_here_and_by_config_check(
    codes: Callable, run: Callable, data: Path
) -> None:
    config = data / "config.toml"
    assert run("config", "check", config, "--json").json["by_page"] == {}
    row = """'points_store', 1, '{"code_seconds": 45, "wallet_per": "person"}', NULL"""
    alter(data, f"INSERT INTO core_plugin_setting (plugin, version, plain, sealed) VALUES ({row})")
    assert codes()["settings_by_page"] is False
    said = "插件 points_store 的 code_seconds、wallet_per 以插件页面保存的值为准，不看配置文件"
    assert said in run("config", "check", config).out
    alter(data, "UPDATE core_plugin_setting SET plain = '{\"code_seconds\": 4500}'")
    said = "插件页面保存的设置 plugin.points_store.code_seconds：应在 15 到 60 之间；请在插件页面改回"
    told = run("doctor", "--data", data)
    assert told.status == 1
    assert said in told.out
