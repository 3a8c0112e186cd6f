"""The JSON interface: schema in, schema out, one error shape, one way to say who may.

A plugin makes a `Blueprint` and declares each operation once; the path, the rights, the
shapes, the idempotency key and the OpenAPI text all come from that declaration.
"""

import json
import logging
from collections.abc import Callable, Iterable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Flask
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema

from core.access import MARK, public
from core.fields import Id, Moment, Problem
from core.operation import UNSAFE, Key, Operation, Page, Parser, problem_response
from core.version import API_VERSION

__all__ = ["PREFIX", "UNSAFE", "Api", "Blueprint", "Page", "create_api", "problem_response"]

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"
log = logging.getLogger(__name__)
_TOTAL = {"X-Total-Count": {"description": "length of the whole list", "schema": {"type": "integer"}}}


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest with our error shape, and with a document that is written when somebody asks for it.

    Describing some four hundred operations takes most of the time in which an app is built, and an app
    is built anew whenever a plugin is switched on or off.
    """

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[SmorestBlueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: SmorestBlueprint) -> None:
        """Take its operations in; they are described later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of all operations that are there."""
        with self._describing:
            while self._undescribed:
                self._describe(self._undescribed.pop(0))
            document: dict[str, Any] = self.spec.to_dict()
        # The one answer that flask-smorest describes by itself, with a type that ours do not have.
        shown = document["components"]["responses"]["DEFAULT_ERROR"]
        shown["content"] = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return document

    def _describe(self, blueprint: SmorestBlueprint) -> None:
        try:
            if isinstance(blueprint, Blueprint):
                blueprint.describe()
            blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
        except Exception:  # a foreign plugin's shapes must not take everybody's document away
            log.exception("the operations of %s cannot be described", blueprint.name)
        self.spec.tag({"name": blueprint.name, "description": blueprint.description})

    def _openapi_json(self) -> Any:
        return self._app.response_class(
            json.dumps(self.document(), ensure_ascii=False), mimetype="application/json"
        )

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


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """A group of operations under /api/v1."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"{name}_api", import_name, url_prefix=PREFIX, description=description)
        self._undescribed: list[Callable[[], None]] = []
        self._describing = Lock()

    def describe(self) -> None:
        """Say of each operation what the document needs; once, however many apps have the blueprint."""
        with self._describing:
            while self._undescribed:
                self._undescribed.pop(0)()

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
        shared: bool = False,
        errors: Iterable[int] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare one operation. The view gets `actor`, path values, and `body` / `query` as dicts.

        `access` is a permission name, `signed in`, or `public: reason`. `key`: whether the write
        needs an Idempotency-Key. `shared`: all that it writes is fit for a shared unit of work
        (core.db). `errors`: statuses besides those every operation can answer.
        Lists return a `Page`; its total goes into the header X-Total-Count.
        """

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            operation = Operation(
                view,
                access,
                method,
                status,
                returns(many=many) if returns else None,
                body() if body else None,
                query() if query else None,
                key,
                shared,
            )

            @wraps(view)
            def call(**path: Any) -> Any:
                return operation.answer(path)

            def describe() -> None:
                statuses = _statuses(rule, access, body or query, errors, method)
                described = self._describe(call, operation, many=many, statuses=statuses)
                described = self.doc(**_described(view, operation_id, access, method, key=key))(described)
                # What flask-smorest says of an operation hangs on the function; its wrappers are not run.
                self._store_endpoint_docs(operation_id, described, None, None, methods=[method])

            setattr(call, MARK, access)
            FlaskBlueprint.add_url_rule(self, rule, operation_id, call, methods=[method])
            self._undescribed.append(describe)
            return view

        return decorate

    def _describe(self, call: Any, operation: Operation, *, many: bool, statuses: Iterable[int]) -> Any:
        call = self.response(operation.status, operation.returns, headers=_TOTAL if many else None)(call)
        if operation.query is not None:
            call = self.arguments(operation.query, location="query")(call)
        if operation.body is not None:
            call = self.arguments(operation.body, location="json")(call)
        for code in statuses:
            call = self.alt_response(code, schema=Problem, content_type="application/problem+json")(call)
        return call


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
