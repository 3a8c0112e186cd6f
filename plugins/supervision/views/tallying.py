"""What the ballots come to, and the board of receipts."""

from typing import Any

from flask import render_template, request

from core.access import demands, public
from core.areas.api import path_name
from core.qr import normalize
from core.security import current_actor
from core.web import page_number
from plugins.supervision.ballot_words import CHOICES, RECEIPT_STATES, WAYS
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries import ballots as queries
from plugins.supervision.queries import receipts
from plugins.supervision.queries.authors import is_author
from plugins.supervision.queries.certificates import has_certificate
from plugins.supervision.queries.decisions import decision_by_code
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballots import is_open
from plugins.supervision.views import pages
from plugins.supervision.views.collecting import seat_words

PAGE_SIZE, RECEIPTS_A_PAGE = 20, 60


@pages.get("/ballots/<int:decision_id>")
@demands(reach.TALLY)
def ballot_tally(decision_id: int) -> Any:
    """The count against the line, all together and by group; for staff the casts, where not secret."""
    actor = current_actor()
    decision, version = reach.ballot_decision(actor, reach.TALLY, decision_id)
    counted = tally(version)
    sees_casts = reach.holds_in_village(actor, reach.BALLOTS, decision)
    found: list[queries.BallotView] = []
    total = 0
    if sees_casts:
        found, total = queries.list_ballots(actor, decision_id, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/tally.html",
        decision=decision,
        version=version,
        path=path_name(decision.area_code),
        tally=counted,
        groups=[(SEAT_TITLES[seat], each) for seat, each in counted.by_seat.items() if each.base],
        opinions=queries.opinions(version) if sees_casts else [],
        may_act=not is_author(actor, decision),
        by_way=queries.ways_of(version),
        ballots=[(each, seat_words(each.seats)) for each in found],
        sees_casts=sees_casts,
        may_collect=reach.holds_in_village(actor, reach.COLLECT, decision),
        may_check=reach.holds_in_village(actor, reach.CHECK, decision),
        is_open=is_open(decision, version),
        has_certificate=has_certificate(decision),
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        choices=CHOICES,
        ways=WAYS,
    )


@pages.get("/receipts/<string:code>")
@public("the board of receipts hangs beside the decision; it shows no names and no choices")
def receipt_board(code: str) -> Any:
    """The receipts of all ballots that count; one that is typed in is looked up."""
    decision = decision_by_code(code)
    version = reach.version_of(decision)
    asked = normalize(request.args.get("receipt", ""))[:32]
    found, total = receipts.board(decision, version, page=page_number(), page_size=RECEIPTS_A_PAGE)
    return render_template(
        "supervision/receipts.html",
        decision=decision,
        version=version,
        path=path_name(decision.area_code),
        asked=asked,
        state=receipts.receipt_state(decision, asked) if asked else "",
        states=RECEIPT_STATES,
        receipts=found,
        total=total,
        page=page_number(),
        page_size=RECEIPTS_A_PAGE,
    )
