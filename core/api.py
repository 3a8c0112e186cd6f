"""The JSON interface: schema in, schema out, one error shape, one way to say who may.

A plugin makes a `Blueprint` and declares each operation once; the path, the rights, the
shapes, the idempotency key and the OpenAPI text all come from that declaration.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, Literal

from flask import Flask, Request, Response, g, json, request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser

from core import idempotency
from core.access import MARK, SIGNED_IN, public
from core.errors import DomainError, Invalid
from core.fields import Id, Moment, Problem
from core.problems import show
from core.security import Actor, current_actor
from core.text import N_
from core.version import API_VERSION

PREFIX = "/api/v1"
Key = Literal["accepted", "required"]
_TOTAL = {"X-Total-Count": {"description": "length of the whole list", "schema": {"type": "integer"}}}
_KEPT_HEADERS = ("Content-Type", "Location")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Page:
    """A bounded part of a list, and how long the whole list is for this actor."""

    items: Sequence[Any]
    total: int


def problem_response(error: BaseException) -> Response:
    """`error` as application/problem+json."""
    shown = show(error)
    body: dict[str, Any] = {
        "type": f"urn:gridgov:problem:{shown.code}",
        "title": _phrase(shown.status),
        "status": shown.status,
        "code": shown.code,
        "detail": shown.sentence,
    }
    if shown.errors:
        body["errors"] = shown.errors
    response: Response = Response(_json(body), shown.status, mimetype="application/problem+json")
    response.headers.extend(shown.headers)
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"  # a plugin's own number


def _json(body: Any) -> str:
    return json.dumps(body)


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest with our error shape."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """None: `core.web` renders the errors of pages and interface alike."""


def create_api(app: Flask) -> Api:
    """The OpenAPI document and its address."""
    app.config.update(
        API_TITLE="gridgov",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    for endpoint in [e for e in app.view_functions if e.startswith("api-docs.")]:
        app.view_functions[endpoint] = _described_openly(app.view_functions[endpoint])
    api.register_field(Id, "string", None)
    api.register_field(Moment, "string", "date-time")
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    return api


def _described_openly(view: Callable[..., Any]) -> Callable[..., Any]:
    @public("the description of the interface holds nothing of the county")
    @wraps(view)
    def openapi(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return openapi


class _Parser(FlaskParser):
    """webargs' parser, but no JSON can crash it."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            # A number of a million digits, brackets without end: broken like any other.
            raise JSONDecodeError(type(error).__name__, "-", 0) from None


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """A group of operations under /api/v1."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"{name}_api", import_name, url_prefix=PREFIX, description=description)

    def operation(
        self,
        method: str,
        rule: str,
        operation_id: str,
        *,
        access: str,
        returns: type[Schema] | None,
        many: bool = False,
        status: int = 200,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        key: Key = "accepted",
        errors: Iterable[int] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare one operation. The view gets `actor`, path values, and `body` / `query` as dicts.

        `access` is a permission name, `signed in`, or `public: reason`. `key`: whether the write
        needs an Idempotency-Key. `errors`: statuses besides those every operation can answer.
        Lists return a `Page`; its total goes into the header X-Total-Count.
        """

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            call = _from_request(view, body is not None, query is not None)
            headers = _TOTAL if many else None
            call = self.response(status, returns(many=many) if returns else None, headers=headers)(call)
            call = _answered_once(call, key) if method in UNSAFE else call
            if query is not None:
                call = self.arguments(query, location="query")(call)
            if body is not None:
                call = self.arguments(body, location="json")(call)
            call = _guarded(call, access)
            for code in _statuses(rule, access, body or query, errors, method):
                call = self.alt_response(code, schema=Problem, content_type="application/problem+json")(call)
            call = self.doc(**_described(view, operation_id, access, method, key=key))(call)
            setattr(call, MARK, access)
            self.route(rule, methods=[method], endpoint=operation_id)(call)
            return view

        return decorate


def _from_request(view: Callable[..., Any], has_body: bool, has_query: bool) -> Callable[..., Any]:
    @wraps(view)
    def call(*parsed: Any, **path: Any) -> Any:
        values = list(parsed)
        if has_body:
            path["body"] = values.pop(0)
        if has_query:
            path["query"] = values.pop(0)
        result = view(current_actor(), **path)
        if isinstance(result, Page):
            g.page_total = result.total
            return list(result.items)
        return result

    return call


def _guarded(call: Callable[..., Any], access: str) -> Callable[..., Any]:
    @wraps(call)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        actor: Actor = current_actor()
        if access == SIGNED_IN:
            actor.demand_signed_in()
        elif not access.startswith("public:"):
            actor.demand(access)
        response = call(*args, **kwargs)
        total = g.pop("page_total", None)
        if total is not None:
            response.headers["X-Total-Count"] = str(total)
        return response

    return guarded


def _answered_once(call: Callable[..., Any], key_rule: Key) -> Callable[..., Any]:
    @wraps(call)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        account = current_actor().account_id
        if key is not None and not (1 <= len(key) <= 255 and key.isprintable()):
            raise Invalid(fields={"Idempotency-Key": [N_("请求编号应为 1 到 255 个可见字符。")]})
        if key is None or account is None:
            if key_rule == "required":
                raise idempotency.KeyMissing
            return call(*args, **kwargs)

        def produce() -> idempotency.Answer:
            try:
                response = call(*args, **kwargs)
            except DomainError as error:
                response = problem_response(error)
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            return idempotency.Answer(response.status_code, response.get_data(), kept)

        mark = idempotency.fingerprint(request.method, request.full_path, request.get_data())
        answer = idempotency.once(account, key, mark, produce)
        return Response(answer.body, answer.status, answer.headers)

    return once


def _statuses(rule: str, access: str, parsed: Any, errors: Iterable[int], method: str) -> list[int]:
    codes = {503, *errors}
    if not access.startswith("public:"):
        codes |= {401, 403}  # 403 also when the initial password has not been changed yet
    if "<" in rule:
        codes |= {404}
    if parsed is not None:
        codes |= {422}
    if method in UNSAFE:
        codes |= {400, 409, 422}
    return sorted(codes)


def _described(
    view: Callable[..., Any], operation_id: str, access: str, method: str, *, key: Key
) -> dict[str, Any]:
    text = (view.__doc__ or "").strip()
    described: dict[str, Any] = {"operationId": operation_id, "summary": text.split("\n")[0]}
    if not access.startswith("public:"):
        described["security"] = [{"token": []}]
        described["x-permission"] = access
    if method in UNSAFE:
        described["parameters"] = [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": key == "required",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        ]
    return described
