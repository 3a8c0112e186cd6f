"""A village's power list for everybody: where the code on the wall leads."""

from typing import Any

from flask import redirect, render_template, url_for

from core.access import demands, public
from core.areas.api import path_name
from core.clock import today
from core.errors import NotFound
from core.security import current_actor
from plugins.supervision.flow_chart import flow_chart
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries import powers as queries
from plugins.supervision.queries.questions import home_village
from plugins.supervision.queries.village_powers import ALL, village_of
from plugins.supervision.views import pages
from plugins.supervision.views.powers import asked_class, asked_day

OPEN = "the power list of a village hangs on its wall for everybody"


@pages.get("/v/<string:code>")
@public(OPEN)
def open_powers(code: str) -> str:
    """The items in use in a village, by class; an old code leads to the village of today."""
    area_code, power_class = village_of(code), asked_class()
    found, _ = queries.list_powers(area_code=area_code, power_class=power_class, page_size=ALL)
    return render_template(
        "supervision/open_powers.html",
        powers=found,
        classes=CLASSES,
        counts=queries.counts_by_class(area_code=area_code),
        power_class=power_class,
        area_code=area_code,
        area_name=path_name(area_code),
        today=today(),
    )


@pages.get("/v/<string:code>/powers/<string:power_code>")
@public(OPEN)
def open_power(code: str, power_code: str) -> str:
    """One item as of a day: who does what, with which documents, in what time, drawn as a flow chart."""
    area_code, view = village_of(code), queries.power(power_code, asked_day())
    if view is None:
        raise NotFound
    return render_template(
        "supervision/open_power.html",
        power=view,
        chart=flow_chart(view.steps),
        area_code=area_code,
        area_name=path_name(area_code),
        day=asked_day(),
        today=today(),
    )


@pages.get("/my-village")
@demands("supervision.ask")
def my_village() -> Any:
    """A resident's way in: the public page of their village."""
    village = home_village(current_actor())
    if not village:
        raise NotFound
    return redirect(url_for("supervision.open_powers", code=village_of(village)))
