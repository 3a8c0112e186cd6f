"""Probes for load balancers and monitoring."""

from ipaddress import ip_address

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from core.access import public
from core.accounts.api import before_password_change
from core.county import county
from core.errors import NotFound
from core.metrics import shared_metrics
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


@pages.get("/metrics")
@public("monitoring asks it, from this machine or an address that the config names")
@before_password_change
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus. Off, or asked from elsewhere, it is not there."""
    settings = county().settings
    if not (settings.metrics.on and _is_reader()):
        raise NotFound
    return Response(shared_metrics().text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_reader() -> bool:
    settings = county().settings
    if "X-Forwarded-For" in request.headers and not settings.security.trusted_proxies:
        return False  # it came through a proxy that the config does not know: the address is the proxy's
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return address.is_loopback or any(address in reader.network for reader in settings.metrics.readers)
