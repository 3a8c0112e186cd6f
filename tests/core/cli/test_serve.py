"""gridgov serve: starts fast, says why it cannot, and ends without cutting anybody off."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.cli.serve import MOMENT_SECONDS, STOP_SECONDS, let_begin
from tests.core.cli.conftest import GRIDGOV

SLOW = """
import time
from flask import Blueprint
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("slow", __name__, url_prefix="/slow")

@pages.get("/")
@public("a test asks for a page that takes its time")
def page():
    time.sleep(1.5)
    return "完成"

@hookimpl
def register_pages():
    return [pages]
"""


@pytest.fixture
def serve(data: Path, allow: Callable, write_plugin: Callable, start: Callable) -> Callable:
    folder = write_plugin("slow", SLOW)
    allow("slow")
    return lambda: start("serve", "--data", data, GRIDGOV_PLUGINS=str(folder))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_request_in_work_is_finished_before_the_end(serve: Callable, number: int) -> None:
    server = serve()
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(target=lambda: answers.append(server.get("/slow/")))
    asking.start()
    time.sleep(0.5)
    status, out = server.stop(number)
    asking.join()
    assert answers == [(200, "完成")]
    assert status == 0
    assert "Traceback" not in out
    assert f"gridgov 已启动：http://127.0.0.1:{server.port}/" in out


def test_the_first_answer_costs_little(serve: Callable) -> None:
    # 0.8 s by the clock on two idle cores. Processor time is what other tests cannot stretch much.
    assert serve().processor_seconds() < 2.5


def test_a_worker_does_not_outlive_its_killed_parent(serve: Callable) -> None:
    server = serve()
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)):
                return
        time.sleep(0.1)
    pytest.fail("somebody still listens")


def children(pid: int) -> dict[int, str]:
    """The child processes of `pid`, with their command lines."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == pid:
                found[int(place.parent.name)] = (place.parent / "cmdline").read_text().replace("\0", " ")
    return found


def workers(server: Any) -> list[int]:
    """The worker processes of a `gridgov serve`."""
    return [pid for pid, line in children(server.process.pid).items() if " worker --data" in line]


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def worker_is_well(server: Any) -> bool:
    return {check["name"]: check["ok"] for check in json.loads(server.get("/readyz")[1])}["worker"]


def test_serve_keeps_a_worker_running_and_ends_it_with_itself(serve: Callable) -> None:
    server = serve()
    wait_until(lambda: worker_is_well(server))
    (first,) = workers(server)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: workers(server) not in ([], [first]))
    (second,) = workers(server)
    status, out = server.stop()
    assert status == 0
    assert "Traceback" not in out
    assert not Path(f"/proc/{second}").exists()


def test_no_process_outlives_a_killed_serve(serve: Callable) -> None:
    server = serve()
    wait_until(lambda: worker_is_well(server))
    left = children(server.process.pid)
    assert len(left) >= 2, "the web's process and the worker"
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))


def test_web_and_worker_run_apart(data: Path, start: Callable) -> None:
    server = start("web", "--data", data)
    assert workers(server) == []
    assert not worker_is_well(server)
    worker = subprocess.Popen([GRIDGOV, "worker", "--data", data], stderr=subprocess.DEVNULL)
    wait_until(lambda: worker_is_well(server))
    worker.terminate()
    assert worker.wait(20) == 0
    assert not worker_is_well(server)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_busy_port_is_one_sentence(run: Callable, data: Path, tmp_path: Path, command: str) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        folder = data if command == "serve" else tmp_path / "demo"
        refused = run(command, "--data", folder, "--port", port)
    refused.refused(1, f"端口 {port} 已被其他程序占用", "--port")
    assert len(refused.err.splitlines()) == 1
    assert not (tmp_path / "demo").exists()


def test_a_folder_without_a_county_is_told_before_a_busy_port(run: Callable, tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        refused = run("serve", "--data", tmp_path, "--port", busy.getsockname()[1])
    refused.refused(2, f"gridgov init --data {tmp_path}")


def test_an_address_of_another_machine_is_one_sentence(
    run: Callable, data: Path, free_port: Callable[[], int]
) -> None:
    refused = run("serve", "--data", data, "--host", "192.0.2.1", "--port", free_port())
    refused.refused(1, "192.0.2.1", "--host")


@pytest.mark.parametrize(
    ("file", "sentence"), [("keys.json", "找不到密钥文件"), ("config.toml", "gridgov init --data")]
)
def test_a_folder_that_lacks_something_is_one_sentence(
    run: Callable, data: Path, free_port: Callable[[], int], file: str, sentence: str
) -> None:
    (data / file).unlink()
    run("serve", "--data", data, "--port", free_port()).refused(2, sentence)


def workers_of(process: int) -> list[int]:
    """The children that serve: multiprocessing has a helper of its own that does not."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def answers_again(server: Any) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if server.get("/healthz")[0] == 200:
                return True
        except OSError:
            time.sleep(0.1)
    return False


def test_a_worker_that_dies_is_replaced(serve: Callable) -> None:
    server = serve()
    (worker,) = workers_of(server.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert answers_again(server)
    assert worker not in workers_of(server.process.pid)
    status, _ = server.stop(signal.SIGTERM)
    assert status == 0


FROZEN = """
import os, re, threading
from core.cli import serve
serve.FROZEN_SECONDS = {seconds}
threading.Thread(target=serve._follow_parent, args=(os.getppid(),), daemon=True).start()
threading.Event().wait(0.5)
re.match("(a+)+$", "a" * {length} + "b")
print("went on")
"""


@pytest.mark.parametrize(("length", "ends"), [(60, 1), (10, 0)], ids=["all threads stand still", "control"])
def test_a_process_in_which_all_threads_stand_still_ends_itself(length: int, ends: int) -> None:
    code = FROZEN.format(seconds=4, length=length)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == ends
    assert ("Timeout" in done.stderr) is bool(ends), "the log names the place"
    assert ("went on" in done.stdout) is not bool(ends)


class Beginner:
    """granian with a worker that hears nothing until it has begun for a moment."""

    def __init__(self, began: float) -> None:
        self.heard: bool | None = None
        self._hears_from = began + MOMENT_SECONDS / 2

    def _stop_workers(self) -> None:
        self.heard = time.monotonic() > self._hears_from


@pytest.mark.parametrize("waits", [True, False], ids=["waiting", "control: told at once"])
def test_a_worker_that_only_just_begins_is_told_to_stop_when_it_hears(waits: bool) -> None:
    began = SimpleNamespace(value=time.monotonic())
    granian = Beginner(began.value)
    if waits:
        let_begin(granian, began)
    granian._stop_workers()
    assert granian.heard is waits


def test_a_server_that_is_stopped_as_soon_as_it_listens_ends(serve: Callable) -> None:
    for _ in range(4):
        began = time.monotonic()
        status, _out = serve().stop(signal.SIGTERM)
        assert status == 0
        assert time.monotonic() - began < STOP_SECONDS / 2


ASLEEP = """
import signal, sys, threading, time
from core.cli.serve import heed_signals

over = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: over.set())
if sys.argv[1] == "heeding":
    heed_signals()

def signal_to_this_thread():
    time.sleep(0.3)  # until the main thread is asleep
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(60)

threading.Thread(target=signal_to_this_thread, daemon=True).start()
over.wait()
"""


@pytest.mark.parametrize("words", ["heeding", "control"])
def test_a_signal_that_reaches_another_thread_is_heard(words: str) -> None:
    asleep = subprocess.Popen([sys.executable, "-c", ASLEEP, words])
    try:
        if words == "heeding":
            assert asleep.wait(20) == 0
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                asleep.wait(3)
    finally:
        asleep.kill()
        asleep.wait()
