"""Uploading and fetching, as browsers and programs do it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.county import County
from core.files.api import store_document, store_photo
from core.testing import SISTER_VILLAGE, TOWN, VILLAGE, JsonClient
from tests.core.files.conftest import PDF, SUBJECT
from tests.pictures import huge_png, picture

Make = Callable[..., Any]


def upload(app: Flask, program: JsonClient, data: bytes, name: str, query: str = "", **headers: str) -> Any:
    part = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return app.test_client().post(
        f"/api/v1/files{query}",
        data=part + data + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
        headers={"Authorization": f"Bearer {program.token}", **headers},
    )


def test_an_upload_comes_back_as_its_sender_may_see_it(app: Flask, api_as: Make) -> None:
    program = api_as("secretary", VILLAGE)
    made = upload(app, program, picture(3000, 2000), "现场.jpg")
    assert made.status_code == 201
    assert (made.json["kind"], made.json["width"], made.json["name"]) == ("photo", 2048, "现场.jpg")
    assert program.get(f"/files/{made.json['id']}").json == made.json
    assert api_as("secretary", VILLAGE).get(f"/files/{made.json['id']}").status_code == 404
    assert JsonClient(app, None).get(f"/files/{made.json['id']}").status_code == 401


def test_the_same_request_twice_keeps_one_file(
    app: Flask, api_as: Make, stored: Callable[[], list[str]]
) -> None:
    program = api_as("secretary", VILLAGE)
    answers = [upload(app, program, PDF, "a.pdf", **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.png", huge_png(30_000), 422, "photo_too_large"),
        ("a.svg", b"<svg/>", 422, "file_type_refused"),
        ("a.html", b"<html></html>", 422, "file_type_refused"),
        ("a.exe", picture(), 422, "file_type_refused"),
        ("a.jpg", b"", 422, "file_empty"),
        ("a.jpg", picture()[:200], 422, "file_broken"),
        ("a.jpg", picture() + bytes(11_000_000), 413, "file_too_large"),
        ("a.jpg", picture() + bytes(17_000_000), 413, "too_large"),
    ],
)
def test_what_is_refused_is_a_problem_with_its_code(
    app: Flask, api_as: Make, name: str, data: bytes, status: int, code: str
) -> None:
    refused = upload(app, api_as("secretary", VILLAGE), data, name)
    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_an_upload_happens_in_an_area_of_the_senders(app: Flask, api_as: Make) -> None:
    program = api_as("town_official", TOWN)
    assert upload(app, program, PDF, "a.pdf", f"?area_code={VILLAGE}").status_code == 201
    assert upload(app, program, PDF, "a.pdf", "?area_code=341504002001").status_code == 404
    assert upload(app, JsonClient(app, "no-token"), PDF, "a.pdf").status_code == 401


def test_a_photo_is_shown_and_a_document_only_downloaded(app: Flask, actor: Make, as_role: Make) -> None:
    secretary = actor("secretary", VILLAGE)
    photo = store_photo(secretary, "现场.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    document = store_document(secretary, "纪要.pdf", PDF, subject=SUBJECT, area_code=VILLAGE)
    browser = as_role("secretary", VILLAGE)
    shown = browser.get(photo.url)
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    small = browser.get(photo.thumb_url)
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    download = browser.get(document.url)
    assert download.get_data() == PDF
    assert download.headers["Content-Disposition"].startswith("attachment; filename")
    assert browser.get(f"{document.url}/thumb").status_code == 404
    for answer in (shown, small, download):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_photo_that_the_browser_has_is_not_sent_again(app: Flask, actor: Make, as_role: Make) -> None:
    photo = store_photo(actor("secretary", VILLAGE), "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    browser = as_role("secretary", VILLAGE)
    etag = browser.get(photo.url).headers["ETag"]
    again = browser.get(photo.url, headers={"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    stranger = as_role("secretary", SISTER_VILLAGE)
    assert stranger.get(photo.url, headers={"If-None-Match": etag}).status_code == 404


def test_nobody_and_another_village_find_nothing(app: Flask, actor: Make, as_role: Make) -> None:
    photo = store_photo(actor("secretary", VILLAGE), "a.jpg", picture(), subject=SUBJECT, area_code=VILLAGE)
    for url in (photo.url, photo.thumb_url):
        assert app.test_client().get(url).status_code == 404
        assert as_role("secretary", SISTER_VILLAGE).get(url).status_code == 404
        assert as_role("town_official", TOWN).get(url).status_code == 200


def test_odd_ids_lead_nowhere(app: Flask, county: County, as_role: Make) -> None:
    browser = as_role("secretary", VILLAGE)
    for odd in ("..%2f..%2fconfig.toml", "a" * 19, "A" * 20, "a" * 20, "%00", "1", "static"):
        assert browser.get(f"/files/{odd}").status_code == 404
        assert browser.get(f"/files/{odd}/thumb").status_code == 404
