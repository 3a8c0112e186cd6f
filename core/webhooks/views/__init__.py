"""Pages of webhooks: who is told, the log of messages, a secret that is shown once."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_names
from core.errors import DomainError
from core.problems import show
from core.security import current_actor
from core.web import page_number, read_form, say
from core.webhooks import queries, services
from core.webhooks.schemas import WebhookForm

pages = Blueprint("webhooks", __name__, url_prefix="/webhooks")
_PAGE = 20


@pages.get("/")
@demands(queries.MANAGE)
def overview() -> str:
    """Who is told of events."""
    page = page_number()
    rows, total = queries.list_subscriptions(current_actor(), page=page, page_size=_PAGE)
    return render_template("webhooks/list.html", subscriptions=rows, page=page, page_size=_PAGE, total=total)


@pages.get("/new")
@demands(queries.MANAGE)
def new_form() -> str:
    """An empty form."""
    return _form({"events": list(queries.known_events())}, None)


@pages.post("/new")
@demands(queries.MANAGE)
def create() -> Any:
    """Make a subscription and show its secret, this once."""
    try:
        made = services.create_subscription(current_actor(), **read_form(WebhookForm()))
    except DomainError as error:
        values = {**request.form.to_dict(), "events": request.form.getlist("events")}
        return _form(values, error), error.status
    return render_template("webhooks/secret.html", made=made)


@pages.get("/<int:subscription_id>")
@demands(queries.MANAGE)
def subscription(subscription_id: int) -> str:
    """One of them, with its log."""
    page = page_number()
    found = queries.get_subscription(current_actor(), subscription_id)
    rows, total = queries.list_deliveries(current_actor(), subscription_id, page=page, page_size=_PAGE)
    return render_template(
        "webhooks/subscription.html",
        subscription=found,
        events=queries.known_events(),
        deliveries=rows,
        page=page,
        page_size=_PAGE,
        total=total,
    )


@pages.post("/<int:subscription_id>/ping")
@demands(queries.MANAGE)
def ping(subscription_id: int) -> Any:
    """Try the way."""
    services.ping(current_actor(), subscription_id)
    flash(say("测试消息已排队，一分钟内发出；请稍后刷新查看结果。"), "success")
    return _back(subscription_id)


@pages.post("/<int:subscription_id>/secret")
@demands(queries.MANAGE)
def rotate(subscription_id: int) -> str:
    """A new secret, shown this once."""
    made = services.rotate_secret(current_actor(), subscription_id)
    return render_template("webhooks/secret.html", made=made)


@pages.post("/<int:subscription_id>/off")
@demands(queries.MANAGE)
def switch_off(subscription_id: int) -> Any:
    """Nothing more is sent."""
    services.switch_off(current_actor(), subscription_id)
    flash(say("已停用，不再推送。"), "success")
    return _back(subscription_id)


@pages.post("/<int:subscription_id>/on")
@demands(queries.MANAGE)
def switch_on(subscription_id: int) -> Any:
    """What happens from now on is sent."""
    services.switch_on(current_actor(), subscription_id)
    flash(say("已启用，从现在起推送。"), "success")
    return _back(subscription_id)


@pages.post("/<int:subscription_id>/deliveries/<int:delivery_id>/retry")
@demands(queries.MANAGE)
def retry(subscription_id: int, delivery_id: int) -> Any:
    """Send one again."""
    services.retry_delivery(current_actor(), subscription_id, delivery_id)
    flash(say("已重新排队，一分钟内发出。"), "success")
    return _back(subscription_id)


def _back(subscription_id: int) -> Any:
    return redirect(url_for("webhooks.subscription", subscription_id=subscription_id), 303)


def _form(values: dict[str, Any], error: DomainError | None) -> str:
    scope = current_actor().demand(queries.MANAGE)
    return render_template(
        "webhooks/form.html",
        values=values,
        areas=list(path_names(scope.prefixes).items()),
        events=queries.known_events(),
        error=error,
        errors=show(error).errors if error else {},
    )
