"""The interface's manual, read out of the live OpenAPI text. Knows no Flask."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.value_classes import value_class

_METHODS = ("get", "post", "put", "patch", "delete")


@value_class
class Parameter:
    """A value in the path, query or head of a request."""

    name: str
    place: str
    kind: str
    is_required: bool


@value_class
class Operation:
    """One operation as its caller needs to know it."""

    id: str
    method: str
    path: str
    summary: str
    access: str
    parameters: tuple[Parameter, ...]
    body: str
    success: str
    returns: str
    errors: tuple[str, ...]


@value_class
class Field:
    """One value of a shape."""

    name: str
    kind: str
    is_required: bool


@value_class
class Shape:
    """A named shape that goes in or comes out."""

    name: str
    fields: tuple[Field, ...]


@value_class
class Group:
    """The operations of one module or plugin."""

    name: str
    description: str
    operations: tuple[Operation, ...]


def read_groups(spec: Mapping[str, Any]) -> list[Group]:
    """Every operation of an OpenAPI document, grouped by tag."""
    titles = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", [])}
    groups: dict[str, list[Operation]] = {}
    for path, item in spec.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                told = item[method]
                tag = (told.get("tags") or [""])[0]
                shared = item.get("parameters", [])
                groups.setdefault(tag, []).append(_operation(spec, path, method, told, shared))
    return [Group(name, titles.get(name, ""), tuple(found)) for name, found in groups.items()]


def read_shapes(spec: Mapping[str, Any]) -> list[Shape]:
    """Every named shape of an OpenAPI document."""
    shapes = spec.get("components", {}).get("schemas", {})
    return [Shape(name, tuple(_fields(shapes[name]))) for name in sorted(shapes)]


def _operation(
    spec: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any], shared: list[Any]
) -> Operation:
    answers = told.get("responses", {})
    good = next((code for code in answers if str(code).startswith("2")), "")
    return Operation(
        id=told.get("operationId", ""),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        access=told.get("x-permission", ""),
        parameters=tuple(_parameter(spec, each) for each in [*shared, *told.get("parameters", [])]),
        body=_content(told.get("requestBody", {})),
        success=str(good),
        returns=_content(answers.get(good, {})),
        errors=tuple(sorted(str(code) for code in answers if str(code).startswith(("4", "5")))),
    )


def _parameter(spec: Mapping[str, Any], told: Mapping[str, Any]) -> Parameter:
    if "$ref" in told:
        told = spec["components"]["parameters"][told["$ref"].rpartition("/")[2]]
    return Parameter(told["name"], told["in"], _kind(told.get("schema", {})), bool(told.get("required")))


def _content(told: Mapping[str, Any]) -> str:
    for media in told.get("content", {}).values():
        return _kind(media.get("schema", {}))
    return ""


def _fields(shape: Mapping[str, Any]) -> Iterator[Field]:
    required = shape.get("required", [])
    for name, told in shape.get("properties", {}).items():
        yield Field(name, _kind(told), name in required)


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " | ".join(_kind(choice) for choice in choices)
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(str(each) for each in kind)
    if kind == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
