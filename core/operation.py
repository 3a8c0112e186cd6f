"""One operation of the JSON interface, from the request to the answer.

The order is the promise: who may, then the shapes, then the idempotency key, then the view. It
runs at every request, so nothing here is looked up or built that was known when it was declared.
"""

from collections.abc import Callable, Sequence
from dataclasses import field
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, Literal

from flask import Request, Response, json, request
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import List
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from core import idempotency
from core.access import SIGNED_IN
from core.dumps import Dump, dump_of
from core.errors import DomainError, Invalid
from core.problems import show
from core.security import Actor, current_actor
from core.text import N_
from core.value_classes import value_class

Key = Literal["accepted", "required"]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_KEPT_HEADERS = ("Content-Type", "Location")


@value_class
class Page:
    """A bounded part of a list, and how long the whole list is for this actor."""

    items: Sequence[Any]
    total: int


class Parser(FlaskParser):
    """webargs' parser, but no JSON can crash it."""

    def _raw_load_json(self, req: Request) -> Any:
        return parse_json(req.get_data(cache=True))


def parse_json(raw_body: bytes) -> Any:
    """The JSON of a body. Raises JSONDecodeError for everything that is none."""
    try:
        return json.loads(raw_body)
    except JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        # A number of a million digits, brackets without end, bytes that are no text.
        raise JSONDecodeError(type(error).__name__, "-", 0) from None


@value_class
class Operation:
    """What was declared of an operation. `answer` turns the present request into its response."""

    view: Callable[..., Any]
    access: str
    method: str
    status: int
    returns: Schema | None
    body: Schema | None
    query: Schema | None
    key: Key
    shared: bool
    dump: Dump | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dump", dump_of(self.returns) if self.returns else None)

    def answer(self, path: dict[str, Any]) -> Response:
        """Check, read, do, show. `path` holds the values of the address. Raises what is refused."""
        actor = current_actor()
        self._admit(actor)
        values = dict(path)
        if self.body is not None:
            values["body"] = _read_body(self.body)
        if self.query is not None:
            values["query"] = _read_query(self.query)
        if self.method in UNSAFE:
            return self._answer_once(actor, values)
        return self._respond(actor, values)

    def _admit(self, actor: Actor) -> None:
        if self.access == SIGNED_IN:
            actor.demand_signed_in()
        elif not self.access.startswith("public:"):
            actor.demand(self.access)

    def _respond(self, actor: Actor, values: dict[str, Any]) -> Response:
        result = self.view(actor, **values)
        if isinstance(result, Response):
            return result
        headers = {}
        if isinstance(result, Page):
            headers["X-Total-Count"] = str(result.total)
            result = list(result.items)
        shown = result if self.dump is None else self.dump(result)
        return Response(json.dumps(shown) + "\n", self.status, headers, mimetype="application/json")

    def _answer_once(self, actor: Actor, values: dict[str, Any]) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is not None and not (1 <= len(key) <= 255 and key.isprintable()):
            raise Invalid(fields={"Idempotency-Key": [N_("请求编号应为 1 到 255 个可见字符。")]})
        if key is None and self.key == "required":
            raise idempotency.KeyMissing
        if key is None or actor.account_id is None:
            # A key belongs to an account: what nobody's account sends has to tell a repeat by itself.
            return self._respond(actor, values)

        def produce() -> idempotency.Answer:
            try:
                response = self._respond(actor, values)
            except DomainError as error:
                response = problem_response(error)
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            return idempotency.Answer(response.status_code, response.get_data(), kept)

        mark = idempotency.fingerprint(request.method, request.full_path, request.get_data())
        answer = idempotency.once(actor.account_id, key, mark, produce, shared=self.shared)
        return Response(answer.body, answer.status, answer.headers)


def _read_body(schema: Schema) -> Any:
    raw: Any = {}  # nothing, or what is no JSON by its own word, has no fields
    if request.is_json and (body := request.get_data(cache=True)):
        try:
            raw = parse_json(body)
        except JSONDecodeError:
            error = BadRequest()
            error.data = {"messages": {"json": ["Invalid JSON body."]}}  # type: ignore[attr-defined]
            raise error from None
    try:
        return schema.load(raw)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None


def _read_query(schema: Schema) -> Any:
    raw = {name: _values(schema, name, values) for name, values in request.args.lists()}
    try:
        return schema.load(raw, unknown=EXCLUDE)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None


def _values(schema: Schema, name: str, values: list[str]) -> Any:
    return values if isinstance(schema.fields.get(name), List) else values[0]


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
    response = Response(json.dumps(body), shown.status, mimetype="application/problem+json")
    response.headers.extend(shown.headers)
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"  # a plugin's own number
