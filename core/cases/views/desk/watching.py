"""What supervisors look at: past their time, urged, and a draw of answered cases to check."""

from flask import render_template, request

from core.access import demands
from core.cases.queries.lists import list_cases
from core.cases.queries.reach import CHECK, URGE
from core.cases.queries.watching import count_once_late, list_once_late, list_urged, to_be_checked
from core.cases.views.desk import pages
from core.cases.views.desk.places import asked_place
from core.cases.views.desk.wording import due_words
from core.cases.words import RED
from core.clock import today
from core.scope import AreaScope
from core.security import current_actor
from core.web import page_number

PAGE_SIZE = 20
OVERDUE, ONCE_LATE, URGED, CHECKS = "overdue", "once_late", "urged", "checks"


@pages.get("/watch")
@demands(URGE)
def watch() -> str:
    """Overdue cases first: each can be urged on the spot. One that went up has its own list."""
    place, page = asked_place(URGE), page_number()
    scope = AreaScope((place.code,))
    may_check = current_actor().may(CHECK, place.code)
    part = request.args.get("part", OVERDUE)
    part = part if part in (OVERDUE, ONCE_LATE, URGED, *((CHECKS,) if may_check else ())) else OVERDUE
    if part == CHECKS:
        cases = to_be_checked(scope, day=today().toordinal())
        total = len(cases)
    elif part == ONCE_LATE:
        cases, total = list_once_late(scope, page=page, page_size=PAGE_SIZE)
    elif part == URGED:
        cases, total = list_urged(scope, page=page, page_size=PAGE_SIZE)
    else:
        cases, total = list_cases(scope, light=RED, page=page, page_size=PAGE_SIZE)
    return render_template(
        "cases/desk/watch.html",
        place=place,
        part=part,
        cases=cases,
        total=total,
        once_late=total if part == ONCE_LATE else count_once_late(scope),
        page=page,
        page_size=PAGE_SIZE,
        may_check=may_check,
        due_words=due_words,
    )
