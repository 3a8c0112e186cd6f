"""What waits for each plugin, what could not be delivered, and another chance for it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands
from core.events import DEAD, WAITING
from core.security import current_actor
from core.system import services
from core.system.events import list_backlogs, list_failed, worker_view
from core.system.views.blueprint import pages
from core.web import page_number, say

LIST_SIZE = 20


@pages.get("/system/events")
@demands("system.events")
def events() -> ResponseReturnValue:
    """Backlogs by plugin, and the deliveries that failed."""
    actor, page = current_actor(), page_number()
    plugin = request.args.get("plugin", "")[:40]
    state = WAITING if request.args.get("state") == WAITING else DEAD
    letters, total = list_failed(actor, plugin=plugin, state=state, page=page, page_size=LIST_SIZE)
    return render_template(
        "system/events.html",
        backlogs=list_backlogs(actor),
        worker=worker_view(actor),
        letters=letters,
        total=total,
        page=page,
        page_size=LIST_SIZE,
        plugin=plugin,
        state=state,
    )


@pages.post("/system/events/<int:delivery_id>/retry")
@demands("system.plugins")
def retry_event(delivery_id: int) -> ResponseReturnValue:
    """Deliver one of them again."""
    services.retry_dead_letter(current_actor(), delivery_id)
    return _again(1)


@pages.post("/system/events/of/<name>/retry")
@demands("system.plugins")
def retry_events_of(name: str) -> ResponseReturnValue:
    """Deliver all dead letters of a plugin again."""
    return _again(services.retry_dead_letters(current_actor(), name))


def _again(count: int) -> ResponseReturnValue:
    flash(say("%(count)s 个事件将重新投递，请稍后刷新本页看结果。", count=count), "success")
    # Back to where the button stood: this page, or a plugin's own.
    plugin = request.form.get("plugin", "")
    there = url_for("system.plugin_page", name=plugin) if plugin else url_for("system.events")
    return redirect(there, 303)
