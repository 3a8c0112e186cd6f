"""What everybody may read of a decision: the page behind the code on the wall, the notice to be posted up."""

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands, public
from core.clock import now
from core.county import county
from core.errors import NotFound
from core.security import current_actor
from plugins.supervision.ballot_words import WAYS
from plugins.supervision.decision_words import LINE_TITLES, SEAT_TITLES, STATE_TITLES
from plugins.supervision.queries import decisions as queries
from plugins.supervision.queries.attachments import attachments_of
from plugins.supervision.queries.ballots import ways_of
from plugins.supervision.queries.execution import lines_of, paid_fen, ratings_of
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.log import log_head
from plugins.supervision.queries.own_votes import my_vote
from plugins.supervision.queries.recusals import recused_count
from plugins.supervision.queries.roll import roll_of, seats_of
from plugins.supervision.queries.steps import steps_of
from plugins.supervision.views import pages

VIEW = "supervision.view"
DONE, PUBLISHED, WITHDRAWN = "done", "published", "withdrawn"


@pages.get("/d/<string:code>")
@public("a notice on the board leads whoever scans it to the decision, as posted up; it names no voter")
def decision_landing(code: str) -> str:
    """The text as published, how far it is, what is missing, what came of it."""
    row = queries.decision_by_code(code)
    (view,) = queries.decision_views([row])
    version = queries.current_version(row)
    if version is None:
        raise NotFound
    return render_template(
        "supervision/decision_landing.html",
        decision=view,
        version=queries.version_view(version),
        rules=version,
        attachments=attachments_of(row.id),
        steps=steps_of(row) if row.six_steps else [],
        roll_seats=seats_of(roll_of(version.id)),
        recused_count=recused_count(row.id),
        by_way=ways_of(version),
        ways=WAYS,
        may_vote=row.state == PUBLISHED and my_vote(current_actor(), row.id) is not None,
        gate=gate(row, now()) if row.state != WITHDRAWN else None,
        lines=lines_of(row.id),
        paid=paid_fen(row.id),
        ratings=ratings_of(row.id) if row.state == DONE else None,
        may_rate=row.state == DONE and current_actor().may("supervision.rate"),
        states=STATE_TITLES,
        seats=SEAT_TITLES,
        kinds=LINE_TITLES,
    )


@pages.get("/decisions/<int:decision_id>/notice")
@demands(VIEW)
def decision_notice(decision_id: int) -> str:
    """The notice for the board, A4 or A3 (`?size=a3`), with a code that leads to it."""
    row = queries.decision(current_actor().demand(VIEW), decision_id)
    version = queries.current_version(row)
    if version is None:
        raise NotFound
    (view,) = queries.decision_views([row])
    base = county().settings.public_url or request.host_url.rstrip("/")
    address = base + url_for("supervision.decision_landing", code=row.code)
    number, mark = log_head()
    return render_template(
        "supervision/decision_notice.html",
        decision=view,
        version=queries.version_view(version),
        rules=version,
        roll_seats=seats_of(roll_of(version.id)),
        seats=SEAT_TITLES,
        address=address,
        svg=Markup(qr.draw_svg(address)),  # noqa: S704 - drawn here from our own address
        is_a3=request.args.get("size") == "a3",
        log_number=number,
        log_hash=mark,
    )


@pages.get("/decisions/<int:decision_id>/versions/<int:number>/canonical")
@demands(VIEW)
def canonical_version(decision_id: int, number: int) -> Response:
    """The very bytes that a version's digest was taken of, for whoever wants to check it."""
    row = queries.decision(current_actor().demand(VIEW), decision_id)
    text = queries.body_of_version(row.id, number)
    headers = {"Content-Disposition": f'attachment; filename="decision-{decision_id}-{number}.json"'}
    return Response(text, 200, headers, mimetype="application/json")
