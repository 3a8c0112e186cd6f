"""Probes for load balancers and monitoring."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from core.access import public
from core.accounts.api import before_password_change
from core.system import probes
from core.system.views.blueprint import pages


@pages.get("/healthz")
@public("monitoring asks it")
@before_password_change
def healthz() -> ResponseReturnValue:
    """That this process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@public("monitoring asks it")
@before_password_change
def readyz() -> ResponseReturnValue:
    """Whether this process can serve, with the list of what was looked at."""
    checks = probes.run_checks()
    listed = [vars(check) for check in checks]
    return jsonify(listed), 200 if probes.is_ready(checks) else 503
