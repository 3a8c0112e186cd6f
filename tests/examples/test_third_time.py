"""A plugin as a service: its own process beside a real server, with two rights, killed once on the way."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tools.running import serving

SERVICE = Path(__file__).parents[2] / "examples" / "third_time" / "third_time.py"
GRIDGOV = Path(sys.executable).with_name("gridgov")
pytestmark = pytest.mark.sqlite


def test_the_third_report_of_a_village_brings_one_case_though_the_service_is_killed(
    data: Path, acceptance: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    seed = acceptance[1]
    with (data / "config.toml").open("a") as config:
        config.write('\n[plugin.webhooks]\nallowed_hosts = ["127.0.0.1"]\n')
    secretary = next(each for each in seed["accounts"] if each["role"] == "secretary")
    village = secretary["area_code"]
    rights = ["--permission", "cases.view", "--permission", "cases.report"]
    words = ["token", "create", secretary["username"], "--title", "t", *rights, "--data", data]
    made = subprocess.run([GRIDGOV, *words], capture_output=True, text=True, check=True).stdout
    token = made.split("：")[1].split()[0]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(data) as url:
        admin = next(each["token"] for each in seed["accounts"] if each["role"] == "county_admin")
        asked = {"title": "t", "url": f"http://127.0.0.1:{port}/", "area_code": village}
        hook = _call(url, admin, "POST", "/webhooks", {**asked, "events": ["cases.CaseReported"]})
        known = {
            "GRIDGOV_URL": url,
            "GRIDGOV_TOKEN": token,
            "GRIDGOV_SECRET": hook["secret"],
            "PORT": str(port),
            "STATE": str(tmp_path / "third.db"),
        }
        with _service(known, port):
            forged = requests.post(f"http://127.0.0.1:{port}/", data=b"{}", timeout=5)
            assert forged.status_code == 401
            numbers = [
                _report(url, secretary["token"], village, text) for text in ("村口路灯不亮", "井盖松了")
            ]
            _wait(lambda: _seen(known["STATE"]) >= 1)
        # It was killed, and counts on where it was.
        with _service(known, port):
            numbers.append(_report(url, secretary["token"], village, "桥头路灯又坏了"))
            numbers.append(_report(url, secretary["token"], village, "学校门口路灯不亮"))
            _wait(lambda: _asked_for(url, secretary["token"]))
            time.sleep(1)  # a second one would come now
        (found,) = _asked_for(url, secretary["token"])
    assert found["area_code"] == village
    assert all(number in found["text"] for number in (numbers[0], numbers[2], numbers[3]))
    assert numbers[1] not in found["text"]


def _call(url: str, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.request(method, f"{url}/api/v1{path}", json=body, headers=headers, timeout=20)
    assert answer.ok, answer.text
    return answer.json()


def _report(url: str, token: str, village: str, text: str) -> str:
    new = {"kind": "cases.report", "text": text, "area_code": village}
    return str(_call(url, token, "POST", "/cases", new)["number"])


def _asked_for(url: str, token: str) -> list[Any]:
    cases = _call(url, token, "GET", "/cases?page_size=100")
    return [case for case in cases if "查一查根源" in case["text"]]


def _seen(state: str) -> int:
    import sqlite3

    with sqlite3.connect(state) as rows:
        return int(rows.execute("SELECT COUNT(*) FROM hit").fetchone()[0])


@contextmanager
def _service(known: dict[str, str], port: int) -> Iterator[None]:
    running = subprocess.Popen([sys.executable, SERVICE], env={"PATH": os.environ["PATH"], **known})
    try:
        _wait(lambda: _listens(port))
        yield
    finally:
        running.kill()
        running.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(done: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
