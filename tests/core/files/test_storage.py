"""Bytes and rows: a full disk, a kill between the two, what was left behind, a backup and its return."""

import os
import resource
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.backups.making import make_backup
from core.backups.restoring import restore_backup
from core.clock import frozen, now
from core.county import County, close_county, open_county
from core.db import database, engine
from core.files.api import files_of, remove_file, store_document, store_photo
from core.files.errors import StorageFailed
from core.files.models import File
from core.files.services import sweep_files
from core.testing import VILLAGE
from tests.core.files.conftest import PDF, SUBJECT
from tests.pictures import picture

KILLED = """
import os, signal, sys
from pathlib import Path
from core.accounts.api import operator
from core.app import load_plugins
from core.county import open_county
from core.db import database, unit_of_work
from core.files.api import store_photo
from tests.pictures import picture

county = open_county(Path(sys.argv[1]))
database.connect(reuse_if_open=True)
load_plugins(county)
with unit_of_work():
    store_photo(operator(), "a.jpg", picture(), subject="trial:killed", area_code=sys.argv[2])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def secretary(app: Flask, actor: Callable[..., Any]) -> Any:
    return actor("secretary", VILLAGE)


def quiet(_title: str) -> Any:
    return nullcontext(lambda _done, _total: None)


def age(county: County, seconds: float) -> None:
    for file in (county.data / "files").rglob("*"):
        if file.is_file():
            known = file.stat().st_mtime
            os.utime(file, (known - seconds, known - seconds))


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    secretary: Any, stored: Callable[[], list[str]]
) -> None:
    # What a limit on file sizes does to a write is what a full disk does: it fails midway.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    data = PDF[:-6] + os.urandom(3_000_000) + PDF[-6:]
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(StorageFailed) as refused:
            store_document(secretary, "a.pdf", data, subject=SUBJECT, area_code=VILLAGE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.status == 503
    assert stored() == []
    assert files_of(SUBJECT) == []
    # The control: with room it is kept.
    assert store_document(secretary, "a.pdf", data, subject=SUBJECT, area_code=VILLAGE).size == len(data)


def test_a_kill_between_bytes_and_row_leaves_no_half_thing(
    county: County, secretary: Any, stored: Callable[[], list[str]]
) -> None:
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(county.data), VILLAGE],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert len(stored()) == 2  # the bytes were there before the row was
    assert files_of("trial:killed") == []
    kept = store_photo(secretary, "b.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    sweep_files()
    assert len(stored()) == 4  # of a unit that may still be under way nothing is swept
    age(county, 7200)
    assert sweep_files() == 1
    assert stored() == [kept.id, f"{kept.id}.thumb"]


def test_uploads_that_belong_to_nothing_go_after_a_day(
    county: County, secretary: Any, stored: Callable[[], list[str]]
) -> None:
    store_photo(secretary, "a.jpg", picture(), area_code=VILLAGE)
    kept = store_photo(secretary, "b.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    age(county, 7200)
    sweep_files()
    assert len(stored()) == 4
    with frozen(now() + timedelta(hours=25)):
        sweep_files()
    assert stored() == [kept.id, f"{kept.id}.thumb"]


def test_bytes_are_for_the_services_eyes_only(county: County, secretary: Any) -> None:
    store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    for file in (county.data / "files").rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o600 if file.is_file() else 0o700)


def test_missing_bytes_are_a_finding(county: County, secretary: Any) -> None:
    assert county.plugins is not None
    brief = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)

    def codes() -> list[str]:
        assert county.plugins is not None
        return [finding.code for finding in county.plugins.gather("check_health")]

    assert "files_missing" not in codes()
    (county.data / "files" / brief.id[:2] / brief.id).unlink()
    assert "files_missing" in codes()


@pytest.mark.sqlite
def test_a_backup_carries_the_files_and_brings_them_back(
    county: County, secretary: Any, tmp_path: Path
) -> None:
    assert engine() == "sqlite"
    photo = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    document = store_document(secretary, "b.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)
    gone = store_document(secretary, "c.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)
    remove_file(secretary, gone.id, subject=SUBJECT)
    bytes_before = (county.data / "files" / photo.id[:2] / photo.id).read_bytes()
    target = tmp_path / "county.zip"
    made = make_backup(county, target, with_keys=True, progress=quiet)
    names = {name for name in made.manifest.members if name.startswith("files/")}
    drawer = f"files/{photo.id[:2]}/{photo.id}"
    assert names == {drawer, f"{drawer}.thumb", f"files/{document.id[:2]}/{document.id}"}
    with zipfile.ZipFile(target) as archive:
        assert archive.getinfo(drawer).compress_type == zipfile.ZIP_STORED
        assert archive.getinfo("database.sqlite").compress_type == zipfile.ZIP_DEFLATED
    back = tmp_path / "back"
    database.close()
    restore_backup(target, back, keys=None, url=None, progress=quiet)
    open_county(back)
    with database.connection_context():
        assert {file.id for file in files_of(SUBJECT)} == {photo.id, document.id}
        assert File.unscoped("a test").count() == 3
    assert (back / drawer).read_bytes() == bytes_before
    close_county()


def test_a_photo_that_is_removed_while_the_backup_is_packed_is_no_failure(
    county: County, secretary: Any, tmp_path: Path
) -> None:
    photo = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    kept = store_document(secretary, "b.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)

    def progress(title: str) -> Any:
        if title == "正在打包":  # listed already, not yet packed
            remove_file(secretary, photo.id, subject=SUBJECT)
        return quiet(title)

    made = make_backup(county, tmp_path / "county.zip", with_keys=False, progress=progress)
    stored = {Path(name).name for name in made.manifest.members if name.startswith("files/")}
    assert stored == {kept.id}
