"""gridgov user | token: for when nobody can log in yet, or any more."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def me(port: int, token: str) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def answer(port: int, token: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as found:
        return dict(json.load(found))


def log_in(port: int, username: str, password: str) -> int:
    body = json.dumps({"username": username, "password": password}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/sessions", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_an_account_from_the_command_line_can_log_in(run: Callable, data: Path, start: Callable) -> None:
    made = run(
        "user", "add", "li.si", "--name", "李四", "--role", "secretary", "--area", "341504001001",
        "--json", "--data", data,
    )  # fmt: skip
    assert made.status == 0, made
    server = start("serve", "--data", data)
    assert log_in(server.port, "li.si", made.json["initial_password"]) == 201
    assert run("user", "disable", "li.si", "--data", data).status == 0
    assert log_in(server.port, "li.si", made.json["initial_password"]) == 401
    assert run("user", "enable", "li.si", "--data", data).status == 0
    renewed = run("user", "passwd", "li.si", "--json", "--data", data).json["initial_password"]
    assert log_in(server.port, "li.si", made.json["initial_password"]) == 401
    assert log_in(server.port, "li.si", renewed) == 201


def test_who_watches_the_administration_is_appointed_and_dismissed_here(run: Callable, data: Path) -> None:
    assert run("user", "add", "zhao.liu", "--name", "赵六", "--data", data).status == 0
    post = ("zhao.liu", "--role", "discipline_officer", "--data", data)
    run("user", "dismiss", *post).refused(1, "现在没有")
    assert run("user", "appoint", *post).status == 0
    run("user", "appoint", *post).refused(1, "已经担任")
    run("user", "appoint", "zhao.liu", "--role", "county_admin", "--data", data).refused(1, "不能同时担任")
    assert run("user", "dismiss", *post).status == 0
    assert run("user", "appoint", "zhao.liu", "--role", "county_admin", "--data", data).status == 0


def test_a_role_of_a_plugin_can_be_given(run: Callable, data: Path) -> None:
    arguments = ("--name", "王五", "--role", "clerk", "--area", "341504001001", "--data", data)
    made = run("user", "add", "wang.wu", *arguments)
    assert made.status == 0, made


def test_an_account_of_a_person_lies_where_that_person_lives(
    run: Callable, acceptance: tuple[Path, dict[str, Any]], data: Path, start: Callable
) -> None:
    resident = next(each for each in acceptance[1]["accounts"] if each["role"] == "resident")
    arguments = ("--name", "本人", "--person", resident["person_id"], "--role", "resident")
    made = run("user", "add", "self", *arguments, "--data", data)
    assert made.status == 0, made
    token = run("token", "create", "self", "--title", "试验", "--json", "--data", data).json["token"]
    own = answer(start("serve", "--data", data).port, token)
    assert own["person_id"] == resident["person_id"]
    assert [post["area_code"] for post in own["posts"]] == [resident["area_code"]]


def test_a_token_works_until_it_is_revoked(run: Callable, data: Path, start: Callable) -> None:
    server = start("serve", "--data", data)
    made = run("token", "create", "secretary", "--title", "试验", "--json", "--data", data).json
    assert me(server.port, made["token"]) == 200
    assert run("token", "revoke", made["id"], "--data", data).status == 0
    assert me(server.port, made["token"]) == 401


def test_a_token_may_be_limited_to_permissions_of_a_plugin(run: Callable, data: Path) -> None:
    arguments = ("token", "create", "secretary", "--title", "试验", "--data", data, "--permission")
    assert run(*arguments, "points_store.view").status == 0
    run(*arguments, "points_store.everything").refused(1, "points_store.everything")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "add", "clerk", "--name", "店员"), "clerk"),
        (("user", "add", "x y", "--name", "某人"), "用户名"),
        (("user", "add", "new", "--name", "某人", "--area", "999"), "没有代码为 999 的区域"),
        (("user", "add", "new", "--name", "某人", "--role", "emperor"), "emperor"),
        (("user", "add", "new", "--name", "某人", "--role", "emperor"), "clerk 店员"),
        (("user", "add", "new", "--name", "某人", "--person", "999999"), "没有编号为 999999 的居民"),
        (("user", "disable", "nobody"), "没有用户名为 nobody 的账号"),
        (("user", "passwd", "nobody"), "没有用户名为 nobody 的账号"),
        (("user", "disable", "admin"), "最后一名"),
        (("token", "create", "nobody", "--title", "试验"), "没有用户名为 nobody 的账号"),
        (("token", "revoke", "99999"), ""),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(
    run: Callable, data: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = run("audit", "tables", "--json", "--data", data).json
    run(*arguments, "--data", data).refused(1, sentence)
    assert run("audit", "tables", "--json", "--data", data).json == before
