"""The JSON interface: one error shape, in the reader's language, and no crash for any input."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import api as core_api
from core.db import database
from core.testing import VILLAGE, JsonClient
from tests.holding import held_by_somebody_else, wait_at_most

PLUGIN = """
from marshmallow import fields
from peewee import AutoField, CharField, Model
from core import audit
from core.api import Blueprint, Page
from core.db import BaseModel, unit_of_work
from core.errors import DomainError, Invalid, NotFound, TooManyTries
from core.fields import Id, PageQuery, Points, Strict, Text
from core.hookspecs import hookimpl
from core.security import Role

class Deed(BaseModel):
    id = AutoField()
    name = CharField()
    class Meta:
        table_name = "trial_deed"

class DeedBody(Strict):
    name = Text(10, shortest=1, required=True)
    points = Points(required=True)

class DeedShape(Strict):
    id = Id(required=True)
    name = fields.String(required=True)

class TooLittle(DomainError):
    code, status, text = "trial_too_little", 409, "积分不足，还差 %(points)d 分。"

api = Blueprint("trial", __name__, description="Trial")

@api.operation("POST", "/trial_deeds", "createTrialDeed", access="trial.do", returns=DeedShape, status=201,
               body=DeedBody, key="required")
def create_trial_deed(actor, *, body):
    with unit_of_work():
        deed = Deed.create(name=body["name"])
        audit.record(actor, "trial.create_deed", area_code="341504", subject=f"deed:{deed.id}")
        if body["points"] == 99:
            raise TooLittle(points=1)
        if body["points"] == 98:
            raise Invalid(fields={"items": {0: {"name": ["太长。"]}}})
        if body["points"] == 97:
            raise ValueError("secret of the house")
    return deed

@api.operation("GET", "/trial_deeds", "listTrialDeeds", access="signed in", returns=DeedShape, many=True,
               query=PageQuery)
def list_trial_deeds(actor, *, query):
    deeds = Deed.select().order_by(Deed.id)
    return Page(list(deeds.paginate(query["page"], query["page_size"])), deeds.count())

@api.operation("GET", "/trial_deeds/<string:deed_id>", "getTrialDeed", access="signed in", returns=DeedShape)
def get_trial_deed(actor, *, deed_id):
    raise TooManyTries(minutes=3) if deed_id == "7" else NotFound

@hookimpl
def register_api():
    return [api]

@hookimpl
def register_models():
    return [Deed]

@hookimpl
def register_roles():
    return [Role("secretary", "村书记", frozenset({"trial.do"}))]
"""
MIGRATION = """
from peewee import AutoField, CharField, Model

def up(migrator, db):
    class Deed(Model):
        id = AutoField()
        name = CharField()
        class Meta:
            database = db
            table_name = "trial_deed"
    db.create_tables([Deed])

def down(migrator, db):
    db.execute_sql("DROP TABLE trial_deed")
"""
TOML = """
name = "trial"
title = "试验"
title_en = "Trial"
version = "1.0"
api = ">=1.0,<2"
[permissions]
"trial.do" = "做"
"""


@pytest.fixture
def app(plugin_folder: Callable[..., Path], build_app: Callable[[], Flask]) -> Flask:
    plugin_folder(
        "trial", {"plugin.py": PLUGIN, "plugin.toml": TOML, "migrations/0001_initial.py": MIGRATION}
    )
    return build_app()


@pytest.fixture
def secretary(api_as: Callable[..., JsonClient]) -> JsonClient:
    return api_as("secretary", VILLAGE)


@pytest.fixture
def nobody(app: Flask) -> JsonClient:
    return JsonClient(app, None)


DEED = {"name": "扫街", "points": 5}


def deeds() -> int:
    return int(database.execute_sql("SELECT count(*) FROM trial_deed").fetchone()[0])


def test_an_error_has_one_shape_with_code_and_fields(secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", {"name": "", "points": 0.5, "nmae": 1}, key="k")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "urn:gridgov:problem:invalid",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "invalid",
        "detail": "填写的内容有误，请按提示修改。",
        "errors": {
            "name": ["长度应为 1 到 10 个字。"],
            "points": ["应为整数。"],
            "nmae": ["没有这一项，请检查拼写。"],
        },
    }


def test_a_refusal_carries_its_numbers_and_leaves_nothing(secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", {**DEED, "points": 99}, key="k")
    assert (answer.status_code, answer.json["code"]) == (409, "trial_too_little")  # type: ignore[index]
    assert answer.json["detail"] == "积分不足，还差 1 分。"  # type: ignore[index]
    assert deeds() == 0


def test_mistakes_inside_lists_are_named_by_their_place(secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", {**DEED, "points": 98}, key="k")
    assert answer.json["errors"] == {"items.0.name": ["太长。"]}  # type: ignore[index]


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        (None, "请先登录。"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "请先登录。"),
        ("fr", "请先登录。"),
        ("*", "请先登录。"),
        ("\x7f;;q=x", "请先登录。"),
    ],
)
def test_chinese_is_spoken_unless_english_is_asked_for(
    nobody: JsonClient, language: str | None, detail: str
) -> None:
    headers = {} if language is None else {"accept_language": language}
    answer = nobody.get("/trial_deeds", **headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["detail"] == detail  # type: ignore[index]


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "half": (b'{"name": "a"', 400),
    "not json": (b"name=a", 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "NaN": (b'{"name": "a", "points": NaN}', 422),
    "infinity": (b'{"name": "a", "points": 1e999}', 422),
    "a number without end": (b'{"name": "a", "points": ' + b"9" * 5000 + b"}", 400),
    "brackets without end": (b"[" * 100_000, 400),
    "not utf-8": (b'{"name": "\xff", "points": 1}', 400),
    "half a surrogate": (b'{"name": "\\ud800", "points": 1}', 422),
    "a null byte": (b'{"name": "\\u0000", "points": 1}', 422),
    "a name twice": (b'{"name": "a", "name": "b", "points": true}', 422),
    "an object for a name": (b'{"name": {"$ne": 1}, "points": 1}', 422),
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_crashes_the_interface(kind: str, app: Flask, secretary: JsonClient) -> None:
    body, status = BODIES[kind]
    answer = app.test_client().post(
        "/api/v1/trial_deeds",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secretary.token}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert deeds() == 0


def test_a_body_too_large_is_refused(app: Flask, secretary: JsonClient) -> None:
    answer = app.test_client().post(
        "/api/v1/trial_deeds",
        data=b"x" * (17 * 1024 * 1024),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secretary.token}", "Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("POST", "/nowhere", 404, "not_found"),
        ("GET", "/trial_deeds/0", 404, "not_found"),
        ("DELETE", "/trial_deeds", 405, "method_not_allowed"),
        ("GET", "/trial_deeds/7", 429, "too_many_tries"),
        ("GET", "/trial_deeds?page=0", 422, "invalid"),
        ("GET", "/trial_deeds?page_size=1000000", 422, "invalid"),
        ("GET", "/trial_deeds?page=" + "9" * 5000, 422, "invalid"),
        ("GET", "/%ff%00", 404, "not_found"),
    ],
)
def test_every_way_of_asking_wrongly_has_its_code(
    method: str, path: str, status: int, code: str, secretary: JsonClient
) -> None:
    answer = secretary.call(method, path)
    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index]
    assert answer.mimetype == "application/problem+json"


def test_an_answer_to_the_wrong_method_says_which_ones_there_are(secretary: JsonClient) -> None:
    allow = secretary.call("DELETE", "/trial_deeds").headers["Allow"]
    assert {"GET", "POST"} <= set(allow.replace(" ", "").split(","))


def test_whoever_tried_too_often_hears_when_to_come_back(secretary: JsonClient) -> None:
    assert secretary.get("/trial_deeds/7").headers["Retry-After"] == "180"


def test_a_crash_says_nothing_of_the_house_and_undoes_the_deed(secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", {**DEED, "points": 97}, key="k")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")  # type: ignore[index]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert deeds() == 0
    assert secretary.post("/trial_deeds", DEED, key="k2").status_code == 201


def test_a_right_that_is_not_held_is_forbidden_and_nobody_is_asked_to_log_in(
    api_as: Callable[..., JsonClient], nobody: JsonClient
) -> None:
    assert api_as("assistant", VILLAGE).post("/trial_deeds", DEED, key="k").status_code == 403
    assert nobody.post("/trial_deeds", DEED, key="k").status_code == 401
    # The right comes before the shape: a stranger learns nothing of either.
    assert nobody.post("/trial_deeds", {"x": 1}).status_code == 401
    for token in ("x", "", "x" * 5000, "令牌"):
        answer = JsonClient(nobody._client.application, token.encode().decode("latin-1")).get("/trial_deeds")
        assert answer.status_code == 401


# --- one key, one deed


def test_a_write_that_moves_points_needs_a_key(secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", DEED)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")  # type: ignore[index]
    assert deeds() == 0


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", "\x80"])
def test_an_unusable_key_is_named(key: str, secretary: JsonClient) -> None:
    answer = secretary.post("/trial_deeds", DEED, key=key)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json["errors"]  # type: ignore[index]
    assert deeds() == 0


def test_a_repeated_write_is_done_once_and_answered_alike(secretary: JsonClient) -> None:
    first, second = (secretary.post("/trial_deeds", DEED, key="k") for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, first.data)
    assert first.mimetype == second.mimetype == "application/json"
    assert deeds() == 1


def test_a_repeated_refusal_is_answered_alike(secretary: JsonClient) -> None:
    first, second = (secretary.post("/trial_deeds", {**DEED, "points": 99}, key="k") for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert second.mimetype == "application/problem+json"


def test_a_key_with_another_body_is_refused(secretary: JsonClient) -> None:
    secretary.post("/trial_deeds", DEED, key="k")
    answer = secretary.post("/trial_deeds", {**DEED, "points": 6}, key="k")
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")  # type: ignore[index]
    assert deeds() == 1


def test_a_key_is_invisible_to_other_accounts(
    secretary: JsonClient, api_as: Callable[..., JsonClient]
) -> None:
    secretary.post("/trial_deeds", DEED, key="k")
    answer = api_as("secretary", VILLAGE).post("/trial_deeds", {**DEED, "points": 6}, key="k")
    assert answer.status_code == 201
    assert deeds() == 2


# --- lists


def test_a_list_is_paged_and_says_how_long_it_is(secretary: JsonClient) -> None:
    for number in range(5):
        secretary.post("/trial_deeds", DEED, key=f"k{number}")
    answer = secretary.get("/trial_deeds?page=2&page_size=2")
    assert [deed["id"] for deed in answer.json] == ["3", "4"]  # type: ignore[union-attr]
    assert answer.headers["X-Total-Count"] == "5"
    assert secretary.get("/trial_deeds?page=100000").json == []


# --- when the database cannot


def test_a_held_database_is_a_503_that_says_when_to_come_back_and_reads_go_on(
    secretary: JsonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary.post("/trial_deeds", DEED, key="before")
    wait_at_most(monkeypatch, 0.1)
    with held_by_somebody_else():
        answer = secretary.post("/trial_deeds", DEED, key="k")
        assert (answer.status_code, answer.json["code"]) == (503, "busy")  # type: ignore[index]
        assert answer.headers["Retry-After"] == "2"
        assert secretary.get("/trial_deeds").status_code == 200
    assert secretary.post("/trial_deeds", DEED, key="k").status_code == 201


def test_the_description_names_every_operation_with_its_errors(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described is not None
    operation = described["paths"]["/api/v1/trial_deeds"]["post"]
    assert operation["operationId"] == "createTrialDeed"
    assert operation["security"] == [{"token": []}]
    assert set(operation["responses"]) >= {"201", "400", "401", "403", "409", "422", "503"}
    key = [p for p in operation["parameters"] if p.get("name") == "Idempotency-Key"]
    assert key[0]["required"] is True
    total = described["paths"]["/api/v1/trial_deeds"]["get"]["responses"]["200"]["headers"]
    assert "X-Total-Count" in total
    assert core_api.PREFIX == "/api/v1"


def test_operations_that_cannot_be_described_take_nobody_elses_description_away(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    broken = core_api.Blueprint("broken", __name__, description="Broken")

    @broken.operation("GET", "/broken", "getBroken", access="public: a test", returns=None)
    def get_broken(actor: object) -> None:
        return None

    broken.describe()
    broken._docs["getBroken"]["get"]["response"] = "not a description"
    app._got_first_request = False
    app.extensions["flask-smorest"]["apis"][""]["ext_obj"].register_blueprint(broken)
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert "/api/v1/trial_deeds" in document["paths"]
    assert "/api/v1/broken" not in document["paths"]
    assert "broken_api" in caplog.text
