"""The JSON interface as programs see it: tools can only test what is named and typed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
METHODS = ("get", "post", "put", "patch", "delete")
# Things of which there is one to whoever asks; their paths name no collection.
SINGLE = {"me", "health", "ready", "audit", "current", "ledger"}


@pytest.fixture
def county_plugins() -> list[str]:
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.toml"))


@pytest.fixture
def spec(app: Flask) -> dict[str, Any]:
    described = app.test_client().get("/api/v1/openapi.json").json
    assert described is not None
    return dict(described)


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, {"parameters": [], **item[method], "shared": item.get("parameters", [])}


def test_every_operation_has_a_name_of_its_own_and_a_sentence(spec: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(names) == len(set(names))
    assert len(names) > 20
    for _, _, operation in operations(spec):
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", operation["operationId"])
        assert operation.get("summary"), operation["operationId"]


def _schema(spec: dict[str, Any], schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if schema.get("type") == "array":
        schema = schema["items"]
    name = schema.get("$ref", "").rpartition("/")[2]
    return name, spec["components"]["schemas"].get(name, schema)


def test_every_answer_is_a_named_typed_shape_with_an_id(spec: dict[str, Any]) -> None:
    for _, _, operation in operations(spec):
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert good, operation["operationId"]
        for status in good:
            contents = operation["responses"][status].get("content", {})
            if status == "204" or "application/json" not in contents:
                continue  # nothing, or a file
            schema = contents["application/json"].get("schema", {})
            name, shape = _schema(spec, schema)
            assert name, f"{operation['operationId']} answers a shape without a name"
            assert shape["properties"].get("id", {}).get("type") == "string", f"{name} has no typed id"


def test_every_property_has_a_type(spec: dict[str, Any]) -> None:
    typed = {"type", "$ref", "allOf", "anyOf", "oneOf", "enum"}
    for name, schema in spec["components"]["schemas"].items():
        for key, value in schema.get("properties", {}).items():
            assert typed & set(value), f"{name}.{key}"


def test_every_error_that_can_occur_is_documented_as_a_problem(spec: dict[str, Any]) -> None:
    for path, method, operation in operations(spec):
        expected = {"503"}
        if "security" in operation:
            expected |= {"401"}
        if "x-permission" in operation and operation["x-permission"] != "signed in":
            expected |= {"403"}
        if "{" in path:
            expected |= {"404"}
        if method != "get":
            expected |= {"400", "409", "422"}
        assert expected <= set(operation["responses"]), operation["operationId"]
        for status, answer in operation["responses"].items():
            if status[0] in "45" and status.isdigit():
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (operation["operationId"], status)


def test_every_write_takes_an_idempotency_key(spec: dict[str, Any]) -> None:
    for _, method, operation in operations(spec):
        keys = [p for p in operation["parameters"] if p.get("name") == "Idempotency-Key"]
        assert len(keys) == (method != "get"), operation["operationId"]


def test_collections_are_plural_and_a_parameter_is_the_singular_of_its_collection(
    spec: dict[str, Any],
) -> None:
    for path in spec["paths"]:
        parts = path.strip("/").removeprefix("api/v1/").split("/")
        for before, part in zip(["", *parts], parts, strict=False):
            if not part.startswith("{"):
                continue
            singular = re.sub(r"_(id|code|name)\}$", "", part[1:])
            assert part.endswith(("_id}", "_code}", "_name}")), f"{path}: {part}"
            collection = before.replace("-", "_")
            plurals = {f"{singular}s", f"{singular}es", re.sub(r"y$", "ies", singular)}
            assert any(collection.endswith(plural) for plural in plurals), f"{path}: {part} after {before}"
        assert parts[0].endswith("s") or parts[0] in SINGLE, f"{path} begins with no collection"


def test_lists_are_bounded_and_say_how_long_they_are(spec: dict[str, Any]) -> None:
    for _, method, operation in operations(spec):
        schema = (
            operation["responses"]
            .get("200", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
        )
        if method == "get" and schema.get("type") == "array":
            assert "X-Total-Count" in operation["responses"]["200"]["headers"], operation["operationId"]


def test_who_may_call_is_part_of_the_description(spec: dict[str, Any]) -> None:
    for _, _, operation in operations(spec):
        assert ("security" in operation) == ("x-permission" in operation)
