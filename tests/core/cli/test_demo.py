"""gridgov demo: one command from nothing to a page somebody can log in to."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

KINDS = (
    "居民", "积分审核员", "店员", "村书记", "网格长", "专职网格员", "网格协管员", "镇街工作人员",
    "督查员", "审计员", "县区管理员", "服务单位", "村会计", "代领人",
    "纪检监察干部（分办、答复镇里的监督反映）", "纪检监察干部（县区，镇里没有解决的由这里办）",
)  # fmt: skip


def password_in(out: str) -> str:
    found = re.search(r"密码都是 (\S+)", out)
    assert found
    return found[1]


def test_it_shows_the_address_and_an_account_for_each_kind_of_user_every_time(
    tmp_path: Path, start: Callable, run: Callable
) -> None:
    folder = tmp_path / "demo-data"
    server = start("demo", "--data", folder)
    assert server.get("/healthz")[0] == 200
    status, out = server.stop()
    assert status == 0
    assert f"http://127.0.0.1:{server.port}/" in out
    for kind in KINDS:
        assert kind in out
    assert out.count("店员（") == 2
    assert "店员（同一家店的另一位，可冲正）" in out
    accounts = folder / "demo-accounts.txt"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    password, *listed = accounts.read_text("utf-8").splitlines()
    assert password == password_in(out)
    names = [line.split("\t")[0] for line in listed]
    assert len(set(names)) == len(names), "an account stands on one line, whatever it does"
    assert any(re.search("居民（出示积分码.*有表决权", line) for line in listed)

    head = run("audit", "head", "--data", folder).out
    again = start("demo", "--data", folder).stop()[1]
    assert "正在" not in again
    assert password_in(again) == password_in(out)
    assert run("audit", "head", "--data", folder).out == head

    other = start("demo", "--data", tmp_path / "other").stop()[1]
    assert password_in(other) != password_in(out)


def test_a_demo_that_was_cut_off_is_made_anew(tmp_path: Path, start: Callable) -> None:
    data = tmp_path / "cut"
    data.mkdir()
    (data / "demo-unfinished").touch()
    (data / "config.toml").write_text("half a file")
    assert "演示地址" in start("demo", "--data", data).stop()[1]


def test_a_real_county_is_never_used_as_a_demo(
    run: Callable, data: Path, free_port: Callable[[], int]
) -> None:
    run("demo", "--data", data, "--port", free_port()).refused(2, "正式的县区")
