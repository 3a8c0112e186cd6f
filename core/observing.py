"""What every request leaves behind for operators: a line in the log, and figures if the county wants them."""

import itertools
import logging
import secrets
import time

from flask import Flask, Response, g, request

from core.county import county
from core.logs import request_id
from core.metrics import Metrics, shared_metrics
from core.security import current_actor

log = logging.getLogger("core.requests")

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
# Made here, since what a client sends as a number may be anybody's; short, since people read it out.
_PREFIX = secrets.token_hex(3)
_numbers = itertools.count(1)


def observe(app: Flask) -> None:
    """Number each request of `app`, measure it, write its line. Call before all else that joins."""
    metrics = shared_metrics() if county().settings.metrics.on else None

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        request_id.set(f"{_PREFIX}-{next(_numbers):x}")

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        request_id.set("")

    # Functions after a request run in the opposite order, so the first to join sees the final answer.
    @app.after_request
    def note(response: Response) -> Response:
        seconds = time.perf_counter() - g.began if "began" in g else 0.0
        _note(response.status_code, seconds, metrics)
        return response


def _note(status: int, seconds: float, metrics: Metrics | None) -> None:
    endpoint = request.endpoint or ""
    if endpoint == "static" or endpoint.endswith(".static"):
        return
    method = request.method if request.method in METHODS else "OTHER"
    # The pattern: the address itself may hold a number that somebody looked for.
    pattern = request.url_rule.rule if request.url_rule is not None else ""
    if metrics is not None:
        metrics.note_request(method, pattern, status, seconds)
    if log.isEnabledFor(logging.INFO):
        fields = {
            "method": method,
            "endpoint": pattern,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "account": current_actor().account_id,
        }
        log.info("request", extra={"fields": fields})
