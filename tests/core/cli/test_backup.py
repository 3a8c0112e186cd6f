"""gridgov backup | restore: one file out while people work, the same county back, and nothing half done."""

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.cli.conftest import GRIDGOV, clean_environment

MEMBERS = {"manifest.json", "database.sqlite", "config.toml", "areas/341504.csv"}


@pytest.fixture
def keys(data: Path, tmp_path: Path) -> Path:
    """The keys, kept apart as the handbook says."""
    return Path(shutil.copy(data / "keys.json", tmp_path / "kept-keys.json"))


@pytest.fixture
def made(run: Callable, data: Path, tmp_path: Path) -> Path:
    """A backup of the acceptance county."""
    file = tmp_path / "county.zip"
    assert run("backup", file, "--data", data).status == 0
    return file


def besides_files(archive: Path, data: Path) -> set[str]:
    """The members of a backup but for the county's files, which are all there and no others."""
    names = set(zipfile.ZipFile(archive).namelist())
    kept = {str(file.relative_to(data)) for file in (data / "files").rglob("*") if file.is_file()}
    assert kept, "a county without files shows nothing here"
    assert {name for name in names if name.startswith("files/")} == kept
    return names - kept


def tables(run: Callable, data: Path) -> Any:
    return run("audit", "tables", "--json", "--data", data).json


def test_a_county_comes_back_row_by_row(
    run: Callable, data: Path, made: Path, keys: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    result = run("restore", made, "--data", back, "--keys", keys)
    assert result.status == 0
    assert "已恢复 叶集区" in result.out
    assert tables(run, back) == tables(run, data)
    assert run("ledger", "verify", "--data", back).status == 0
    assert run("audit", "verify", "--data", back).status == 0
    assert (back / "config.toml").read_bytes() == (data / "config.toml").read_bytes()
    assert (back / "areas/341504.csv").read_bytes() == (data / "areas/341504.csv").read_bytes()
    assert stat.S_IMODE(back.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in back.rglob("*") if f.is_file()} <= {0o600, 0o644}


def test_what_came_back_serves(
    run: Callable, start: Callable, made: Path, keys: Path, tmp_path: Path
) -> None:
    assert run("restore", made, "--data", tmp_path / "back", "--keys", keys).status == 0
    assert start("serve", "--data", tmp_path / "back").get("/readyz")[0] == 200


def test_the_keys_stay_outside_unless_they_are_asked_for(
    run: Callable, data: Path, made: Path, tmp_path: Path
) -> None:
    assert besides_files(made, data) == MEMBERS
    run("restore", made, "--data", tmp_path / "back").refused(1, "--keys")
    assert not (tmp_path / "back").exists()
    whole = tmp_path / "whole.zip"
    result = run("backup", whole, "--with-keys", "--data", data)
    assert "含有密钥" in result.out
    assert besides_files(whole, data) == {*MEMBERS, "keys.json"}
    assert run("restore", whole, "--data", tmp_path / "back").status == 0
    assert (tmp_path / "back/keys.json").read_bytes() == (data / "keys.json").read_bytes()


def test_a_backup_is_for_its_owner_only_and_never_replaces_another(
    run: Callable, data: Path, made: Path
) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    before = made.read_bytes()
    run("backup", made, "--data", data).refused(1, "已经存在")
    assert made.read_bytes() == before
    assert sorted(file.name for file in made.parent.iterdir() if file.name.startswith(".")) == []


def test_the_manifest_says_what_is_in_it(run: Callable, data: Path, made: Path) -> None:
    manifest = json.loads(zipfile.ZipFile(made).read("manifest.json"))
    listed = {table["name"]: table["rows"] for table in tables(run, data)}
    counted = {name: rows for name, rows in manifest["tables"].items() if name in listed}
    assert counted == listed
    head = run("audit", "head", "--json", "--data", data).json
    assert manifest["audit"] == [head["seq"], head["head"]]
    assert set(manifest["members"]) == set(zipfile.ZipFile(made).namelist()) - {"manifest.json"}
    assert besides_files(made, data) == MEMBERS


def test_a_target_that_cannot_be_written_is_one_sentence(run: Callable, data: Path, tmp_path: Path) -> None:
    refused = run("backup", tmp_path / "missing" / "county.zip", "--data", data)
    refused.refused(1, "无法写入", "没有留下不完整的备份")


def test_a_full_disk_is_one_sentence_and_leaves_nothing(run: Callable, data: Path, tmp_path: Path) -> None:
    # What the shell's limit on file sizes does to a write is what a full disk does: it fails midway.
    folder = tmp_path / "full"
    folder.mkdir()
    command = f'ulimit -f 64; trap "" XFSZ; exec {GRIDGOV} backup {folder}/county.zip --data {data}'
    done = subprocess.run(
        ["bash", "-c", command], env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "没有留下不完整的备份" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("place", [0.1, 0.5, 0.97])
def test_a_byte_that_changed_is_found_before_anything_is_written(
    run: Callable, made: Path, keys: Path, tmp_path: Path, place: float
) -> None:
    content = bytearray(made.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    made.write_bytes(content)
    run("restore", made, "--data", tmp_path / "back", "--keys", keys).refused(1, "不是完好的 gridgov 备份")
    assert not (tmp_path / "back").exists()


def rewritten(made: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with other parts, as a zip that is sound in itself."""
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    made.unlink()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made


def test_a_part_that_was_exchanged_added_or_lost_is_found(
    run: Callable, made: Path, keys: Path, tmp_path: Path
) -> None:
    def refused() -> None:
        run("restore", made, "--data", tmp_path / "back", "--keys", keys).refused(
            1, "不是完好的 gridgov 备份"
        )
        assert not (tmp_path / "back").exists()

    sound = made.read_bytes()
    for change in (
        lambda parts: parts.update({"config.toml": parts["config.toml"] + b"#"}),
        lambda parts: parts.update({"../outside.txt": b"x"}),
        lambda parts: parts.pop("areas/341504.csv"),
        lambda parts: parts.pop("manifest.json"),
    ):
        made.write_bytes(sound)
        rewritten(made, change)
        refused()
    made.write_text("no archive at all")
    refused()


def test_rows_that_are_not_those_of_the_manifest_are_found_and_the_folder_says_so(
    run: Callable, made: Path, keys: Path, tmp_path: Path
) -> None:
    def change(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        manifest["tables"]["people_person"] += 1
        parts["manifest.json"] = json.dumps(manifest).encode()

    back = tmp_path / "back"
    rewritten(made, change)
    run("restore", made, "--data", back, "--keys", keys).refused(1, "people_person", "请删除")
    assert (back / "restore-unfinished.txt").exists()
    run("serve", "--data", back).refused(2, "恢复没有做完")
    run("restore", made, "--data", back, "--keys", keys).refused(1, "不是空文件夹")


def test_a_restore_that_is_killed_leaves_a_folder_that_says_so(
    made: Path, keys: Path, tmp_path: Path, run: Callable
) -> None:
    back = tmp_path / "back"
    command = [GRIDGOV, "restore", made, "--data", back, "--keys", keys]
    process = subprocess.Popen(command, env=clean_environment(), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (back / "restore-unfinished.txt").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGKILL)
    process.wait()
    if (back / "config.toml").exists():
        run("doctor", "--data", back)
    run("serve", "--data", back).refused(2, "")
    shutil.rmtree(back)
    assert run("restore", made, "--data", back, "--keys", keys).status == 0
    assert not (back / "restore-unfinished.txt").exists()


def test_keys_of_another_county_and_a_folder_in_use_are_refused(
    run: Callable, data: Path, made: Path, keys: Path, tmp_path: Path
) -> None:
    assert run("init", "--data", tmp_path / "other").status == 0
    other = tmp_path / "other" / "keys.json"
    run("restore", made, "--data", tmp_path / "back", "--keys", other).refused(1, "与备份不符")
    before = (tmp_path / "other/gridgov.db").read_bytes()
    run("restore", made, "--data", tmp_path / "other", "--keys", keys).refused(1, "不是空文件夹")
    assert (tmp_path / "other/gridgov.db").read_bytes() == before
    assert data


def test_a_backup_of_a_later_version_is_refused_and_one_of_an_older_is_upgraded_at_the_start(
    run: Callable, start: Callable, made: Path, keys: Path, tmp_path: Path
) -> None:
    def newer(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(
            {**json.loads(parts["manifest.json"]), "gridgov": "99.0"}
        ).encode()

    sound = made.read_bytes()
    run("restore", rewritten(made, newer), "--data", tmp_path / "back", "--keys", keys).refused(1, "99.0")
    made.write_bytes(sound)
    old = tmp_path / "old"
    assert run("restore", made, "--data", old, "--keys", keys).status == 0
    with closing(sqlite3.connect(old / "gridgov.db")) as database:
        # As the version before the store knew it: its tables are made when the county starts.
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'points_store%'"
        ).fetchall():
            database.execute(f"DROP TABLE {name}")
        database.commit()
    older = tmp_path / "older.zip"
    assert run("backup", older, "--data", old).status == 0
    assert run("restore", older, "--data", tmp_path / "older", "--keys", keys).status == 0
    assert start("serve", "--data", tmp_path / "older").get("/readyz")[0] == 200
    assert any(row["name"] == "points_store_entry" for row in tables(run, tmp_path / "older"))


def test_damage_in_the_database_is_told_instead_of_backed_up(
    run: Callable, data: Path, tmp_path: Path
) -> None:
    file = data / "gridgov.db"
    content = bytearray(file.read_bytes())
    content[8192:40960] = b"\xff" * 32768
    file.write_bytes(content)
    refused = run("backup", tmp_path / "county.zip", "--data", data)
    assert refused.status in (1, 2)
    assert "Traceback" not in refused.err
    assert not (tmp_path / "county.zip").exists()


def test_the_doctor_and_the_probe_know_the_age_of_the_last_backup(
    run: Callable, start: Callable, data: Path, tmp_path: Path
) -> None:
    def codes() -> set[str]:
        return {finding["code"] for finding in run("doctor", "--json", "--data", data).json["findings"]}

    def probed() -> dict[str, Any]:
        status, text = server.get("/readyz")
        assert status == 200
        (check,) = [check for check in json.loads(text) if check["name"] == "backup"]
        return check

    server = start("serve", "--data", data)
    assert "backup_never" in codes()
    assert probed()["code"] == "backup_never"
    assert run("backup", tmp_path / "county.zip", "--data", data).status == 0
    assert not {"backup_never", "backup_old"} & codes()
    assert probed() == {"name": "backup", "ok": True, "grave": False, "code": ""}
    note = data / "last-backup.json"
    old = datetime.now().astimezone() - timedelta(days=3)
    note.write_text(json.dumps({**json.loads(note.read_text()), "at": old.isoformat()}))
    assert "backup_old" in codes()
    assert probed()["code"] == "backup_old"


class Counter:
    """A reviewer's program that credits points without pause, and remembers what was acknowledged."""

    def __init__(self, port: int, told: dict[str, Any], household: str) -> None:
        reviewer = next(account for account in told["accounts"] if account["role"] == "reviewer")
        self._token, self._household = reviewer["token"], household
        self._port, self._ended = port, threading.Event()
        self.acknowledged: list[str] = []
        rules = self._call("GET", "/rules")
        self._rule = next(rule["id"] for rule in rules if rule["points_min"] == 1)
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = os.urandom(8).hex()
        url = f"http://127.0.0.1:{self._port}/api/v1{path}"
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(
            urllib.request.Request(url, data, headers, method=method), timeout=30
        ) as done:
            return json.load(done)

    def _work(self) -> None:
        give = {"household_id": self._household, "rule_id": self._rule, "points": 1, "reason": "清理河道"}
        while not self._ended.is_set():
            self.acknowledged.append(self._call("POST", "/awards", give)["id"])

    def end(self) -> None:
        self._ended.set()
        self._thread.join()


@pytest.fixture
def counters(start: Callable, data: Path, acceptance: tuple[Path, dict[str, Any]]) -> Iterator[list[Counter]]:
    """Four programs at work on one server."""
    told = acceptance[1]
    port = start("serve", "--data", data).port
    village = next(a for a in told["accounts"] if a["role"] == "reviewer")["area_code"]
    homes = [home["id"] for home in told["households"] if home["area_code"].startswith(village)]
    working = [Counter(port, told, home) for home in homes[:4]]
    yield working
    for counter in working:
        counter.end()


def wait_for(counters: list[Counter], more: int) -> set[str]:
    """Until so many more writes were acknowledged; returns all of them."""
    before, deadline = sum(len(c.acknowledged) for c in counters), time.monotonic() + 60
    while sum(len(c.acknowledged) for c in counters) < before + more:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return {key for counter in counters for key in list(counter.acknowledged)}


def transfers(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {str(key) for (key,) in database.execute("SELECT id FROM points_store_transfer")}


def test_a_backup_made_while_points_are_credited_holds_all_that_was_acknowledged_and_balances(
    run: Callable, data: Path, counters: list[Counter], keys: Path, tmp_path: Path
) -> None:
    for number in range(3):
        acknowledged = wait_for(counters, 40)
        made, back = tmp_path / f"{number}.zip", tmp_path / f"back-{number}"
        assert run("backup", made, "--data", data).status == 0
        assert run("restore", made, "--data", back, "--keys", keys).status == 0
        assert acknowledged <= transfers(back / "gridgov.db")
        assert run("ledger", "verify", "--data", back).status == 0
        assert run("audit", "verify", "--data", back).status == 0


def test_a_plain_copy_of_the_file_lacks_what_was_acknowledged(
    data: Path, counters: list[Counter], tmp_path: Path
) -> None:
    # The control of the test above: it would notice.
    acknowledged = wait_for(counters, 40)
    copied = Path(shutil.copy(data / "gridgov.db", tmp_path / "copied.db"))
    try:
        found = transfers(copied)
    except sqlite3.DatabaseError:
        return  # not even a database
    assert not acknowledged <= found
