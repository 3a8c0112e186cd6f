"""The counter without a line: a small application that the clerk's device keeps, and what it talks to."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Response, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from marshmallow import Schema, ValidationError

from core.access import demands, public
from core.clock import now
from core.county import county
from core.errors import DomainError, Invalid
from core.problems import show
from core.security import current_actor
from core.text import N_
from core.web import say
from plugins.points_store import schemas
from plugins.points_store.queries import offline as queries
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import devices, offline_sync, quotas
from plugins.points_store.services.offline_entries import SignedEntry
from plugins.points_store.views import pages

P = "points_store."
_STATIC = Path(__file__).parents[1] / "static"
_SCRIPTS = ("offline_app.js", "offline_keys.js", "offline_queue.js", "offline_page.js")
_SHELL = "the application itself holds nothing of the county's people; a device opens it without a line"
# As core.web's, with the application's manifest and its worker.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


@pages.get("/offline/")
@public(_SHELL)
def offline() -> Response:
    """The application: one page that a device keeps for the time without a line."""
    response = make_response(render_template("points_store/offline_app.html", reasons=queries.REASONS))
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@pages.get("/offline/manifest.webmanifest")
@public(_SHELL)
def offline_manifest() -> Response:
    """What makes the page an application on the home screen."""
    manifest = {
        "name": say(N_("新风超市离线兑换")),
        "short_name": say(N_("离线兑换")),
        "start_url": url_for("points_store.offline"),
        "scope": "/points-store/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0f766e",
        "icons": [{"src": _static("offline_icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")


@pages.get("/offline/worker.js")
@public(_SHELL)
def offline_worker() -> Response:
    """The service worker, with the list of what it keeps; another list is another version."""
    kept = [
        url_for("points_store.offline"),
        url_for("points_store.offline_manifest"),
        *(_static(name) for name in (*_SCRIPTS, "points_store.css", "offline.css", "offline_icon.svg")),
        url_for("static", filename="gridgov.css"),
        url_for("static", filename="icons.svg"),
        url_for("static", filename="vendor/weui-2.6.26/weui.min.css"),
        url_for("static", filename="vendor/jsqr-1.4.0/jsQR.js"),
    ]
    source = (_STATIC / "offline_worker.js").read_text("utf-8")
    mark = hashlib.sha256(b"".join((_STATIC / name).read_bytes() for name in _SCRIPTS))
    mark.update(source.encode())
    head = f"const KEPT = {json.dumps(kept)};\nconst VERSION = {json.dumps(mark.hexdigest()[:12])};\n"
    response = Response(head + source, mimetype="text/javascript")
    # A code that the phone's own scanner opens is this application's too while there is no line.
    response.headers["Service-Worker-Allowed"] = "/points-store/"
    return response


def _static(name: str) -> str:
    return url_for("points_store_static.static", filename=name)


def _answering(view: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal as JSON, for the application: `code`, `detail`."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return jsonify(view(*args, **kwargs))
        except DomainError as refusal:
            shown = show(refusal)
            return jsonify({"code": shown.code, "detail": shown.sentence}), shown.status

    return answer


def _body(schema: Schema) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(request.get_json(silent=True) or {})
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return loaded


@pages.get("/offline/state")
@demands(P + "redeem")
@_answering
def offline_state() -> dict[str, Any]:
    """Who is logged in, their stores, what is known of this device (`?mark=`), and a fresh form token."""
    actor = current_actor()
    device = queries.device_by_mark(actor, request.args.get("mark", "")[:16])
    return {
        "csrf": generate_csrf(),
        "name": actor.name,
        "stores": [{"id": row.id, "name": row.name} for row in store_queries.my_stores(actor)],
        "device": {"mark": device.mark, "state": device.state} if device else None,
        "server_key": base64.b64encode(county().keys.public_key()).decode(),
        "points": devices.offline_points(),
        "now": now().isoformat(),
    }


@pages.post("/offline/enrol")
@demands(P + "redeem")
@_answering
def offline_enrol() -> Any:
    """Ask for this device to be let in."""
    return _shown(
        schemas.Device(),
        queries.device_view(devices.enrol_device(current_actor(), **_body(schemas.EnrolIn()))),
    )


@pages.post("/offline/<mark>/reserve")
@demands(P + "redeem")
@_answering
def offline_reserve(mark: str) -> Any:
    """Take points along."""
    body = _body(schemas.ReserveIn())
    taken = quotas.reserve(
        current_actor(), mark=mark, sent_through=body["sent_through"], drift=quotas.drift_of(body["sent_at"])
    )
    return _shown(schemas.Reserved(), queries.reserved(taken.reservation))


@pages.post("/offline/<mark>/release")
@demands(P + "redeem")
@_answering
def offline_release(mark: str) -> Any:
    """Give back what was not spent."""
    body = _body(schemas.ReleaseIn())
    freed = quotas.release(current_actor(), mark=mark, sent_through=body["sent_through"], only=body["quotas"])
    return {"points": freed}


@pages.post("/offline/<mark>/sync")
@demands(P + "redeem")
@_answering
def offline_sync_queue(mark: str) -> Any:
    """Hand in what was spent without a line."""
    body = _body(schemas.SyncIn())
    entries = [SignedEntry(entry["text"], entry["signature"]) for entry in body["entries"]]
    sent_at: datetime = body["sent_at"]
    answer = offline_sync.sync(current_actor(), mark=mark, entries=entries, sent_at=sent_at)
    return _shown(schemas.Synced(), answer)


def _shown(schema: Schema, value: Any) -> Any:
    return schema.dump(value)
