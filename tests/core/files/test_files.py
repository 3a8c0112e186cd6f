"""Files are kept, attached, seen by whom their subject's owner allows, and removed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import audit
from core.county import County, plugins
from core.db import unit_of_work
from core.errors import NotFound, Unauthenticated
from core.files.api import (
    attach_files,
    files_of,
    files_of_many,
    keep_prepared,
    prepare,
    remove_file,
    remove_files_of,
    served_file_of,
    store_document,
    store_photo,
)
from core.files.errors import FileEmpty, NoPhoto, TooManyFiles
from core.files.models import File
from core.files.queries import get_file
from core.files.services import keeping
from core.scope import AreaScope
from core.security import ANONYMOUS
from core.testing import SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.files.conftest import OWNER, PDF, SUBJECT
from tests.pictures import picture

Make = Callable[..., Any]


@pytest.fixture
def secretary(app: Flask, actor: Make) -> Any:
    return actor("secretary", VILLAGE)


def test_a_photo_is_kept_for_its_subject(secretary: Any, stored: Callable[[], list[str]]) -> None:
    brief = store_photo(secretary, "IMG_1.png", picture(kind="PNG"), subject=SUBJECT, area_code=VILLAGE)
    assert (brief.name, brief.kind, brief.width, brief.height) == ("IMG_1.jpg", "photo", 60, 40)
    assert files_of(SUBJECT) == [brief]
    assert stored() == [brief.id, f"{brief.id}.thumb"]
    line = audit.lines(AreaScope((VILLAGE,)), action="files.keep_file")[0][0]
    assert line.subject == f"file:{brief.id}"
    assert "IMG_1" not in line.detail


def test_files_of_many_subjects_come_in_one_look(secretary: Any) -> None:
    one = store_photo(secretary, "a.jpg", picture(), subject="trial:1", area_code=VILLAGE)
    two = store_document(secretary, "b.pdf", PDF, subject="trial:2", area_code=VILLAGE)
    assert files_of_many(["trial:1", "trial:2", "trial:3"]) == {
        "trial:1": [one],
        "trial:2": [two],
        "trial:3": [],
    }
    assert (two.thumb_url, two.width) == ("", None)


def test_only_ones_own_loose_uploads_can_be_attached(secretary: Any, actor: Make) -> None:
    mine = store_photo(secretary, "a.jpg", picture(), area_code=VILLAGE)
    other = actor("secretary", VILLAGE)
    theirs = store_photo(other, "b.jpg", picture(), area_code=VILLAGE)
    for ids in ([theirs.id], [mine.id, theirs.id], [mine.id, "a" * 20]):
        with pytest.raises(NotFound):
            attach_files(secretary, ids, SUBJECT, VILLAGE)
    assert files_of(SUBJECT) == []
    attach_files(secretary, [mine.id], SUBJECT, VILLAGE)
    assert [file.id for file in files_of(SUBJECT)] == [mine.id]
    with pytest.raises(NotFound):  # it belongs to something already
        attach_files(secretary, [mine.id], "trial:other", VILLAGE)


def test_the_subjects_owner_decides_and_another_village_finds_nothing(secretary: Any, actor: Make) -> None:
    brief = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    for reader in (secretary, actor("secretary", VILLAGE), actor("town_official", TOWN)):
        assert get_file(reader, brief.id) == brief
    for stranger in (actor("secretary", SISTER_VILLAGE), actor("auditor", VILLAGE), ANONYMOUS):
        with pytest.raises(NotFound):
            get_file(stranger, brief.id)


def test_what_nobody_owns_or_whose_owner_fails_is_seen_by_nobody(secretary: Any) -> None:
    for subject in ("nobody:1", "trial:broken"):
        brief = store_photo(secretary, "a.jpg", picture(), subject=subject, area_code=VILLAGE)
        with pytest.raises(NotFound):
            get_file(secretary, brief.id)
    assert plugins().failures == {"trial": 1}


def test_a_loose_upload_is_its_senders_alone(secretary: Any, actor: Make) -> None:
    brief = store_photo(secretary, "a.jpg", picture(), area_code=VILLAGE)
    assert get_file(secretary, brief.id) == brief
    with pytest.raises(NotFound):
        get_file(actor("secretary", VILLAGE), brief.id)
    with pytest.raises(Unauthenticated):
        store_photo(ANONYMOUS, "a.jpg", picture(), area_code=VILLAGE)


def test_a_public_form_hands_its_photos_to_the_service_of_it(app: Flask, client: FlaskClient) -> None:
    photo = prepare("a.jpg", picture())
    brief = keep_prepared(ANONYMOUS, photo, subject="trial:everybody", area_code=VILLAGE)
    assert client.get(brief.url).status_code == 200
    private = keep_prepared(ANONYMOUS, prepare("a.jpg", picture()), subject=SUBJECT, area_code=VILLAGE)
    assert client.get(private.url).status_code == 404
    # A caller with a check of its own, a case's key say, names the subject.
    assert served_file_of(SUBJECT, private.id).brief == private
    with pytest.raises(NotFound):
        served_file_of("trial:other", private.id)


def test_a_removed_file_is_gone_with_its_bytes_and_its_name(
    secretary: Any, stored: Callable[[], list[str]]
) -> None:
    brief = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    with pytest.raises(NotFound):
        remove_file(secretary, brief.id, subject="trial:other")
    remove_file(secretary, brief.id, subject=SUBJECT)
    assert files_of(SUBJECT) == []
    assert stored() == []
    assert File.unscoped("a test").where(File.id == brief.id).get().name == ""
    with pytest.raises(NotFound):
        get_file(secretary, brief.id)
    with pytest.raises(NotFound):
        remove_file(secretary, brief.id, subject=SUBJECT)


def undone(secretary: Any) -> None:
    with unit_of_work():
        remove_files_of(secretary, SUBJECT)
        raise ZeroDivisionError


def test_a_removal_that_is_undone_keeps_the_bytes(secretary: Any, stored: Callable[[], list[str]]) -> None:
    brief = store_photo(secretary, "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    with pytest.raises(ZeroDivisionError):
        undone(secretary)
    assert files_of(SUBJECT) == [brief]
    assert brief.id in stored()
    assert remove_files_of(secretary, SUBJECT) == 1
    assert stored() == []


def test_a_loose_upload_is_removed_by_its_sender_only(secretary: Any, actor: Make) -> None:
    brief = store_photo(secretary, "a.jpg", picture(), area_code=VILLAGE)
    with pytest.raises(NotFound):
        remove_file(actor("secretary", VILLAGE), brief.id)
    remove_file(secretary, brief.id)


def test_there_is_an_end_to_the_files_of_one_thing(
    secretary: Any, monkeypatch: pytest.MonkeyPatch, stored: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(keeping, "MOST_OF_SUBJECT", 2)
    for _ in range(2):
        store_document(secretary, "a.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)
    with pytest.raises(TooManyFiles):
        store_document(secretary, "a.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)
    assert len(stored()) == 2


def test_nothing_and_a_document_are_no_photo(secretary: Any) -> None:
    with pytest.raises(FileEmpty):
        store_photo(secretary, "a.jpg", b"", area_code=VILLAGE)
    with pytest.raises(NoPhoto):
        store_photo(secretary, "a.pdf", PDF, area_code=VILLAGE)


def test_a_plugin_answers_for_no_files_but_its_own(
    county: County, plugin_folder: Callable[..., Any], build_app: Callable[[], Flask]
) -> None:
    plugin_folder("grabber", {"plugin.py": OWNER.replace('"trial": may_see', '"case": may_see')})
    build_app()
    assert county.plugins is not None
    assert "grabber" not in county.plugins.loaded
    assert "case" in county.plugins.reports["grabber"].cause
