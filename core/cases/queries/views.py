"""What of a case is shown: rows with the words people know them by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.cases.kinds import kind_title
from core.cases.models import Case
from core.cases.namelessness import without_names, without_numbers
from core.cases.queries.units import unit_names
from core.cases.words import GREEN, LEVEL_NAMES, OPEN, RED, SEE_PHOTO, STATES, YELLOW
from core.clock import now
from core.people.api import person_names
from core.value_classes import value_class


@value_class
class CaseView:
    """A case as people see it.

    Titles (`state_title`, `kind_title`, ...) are texts of the catalogue. `light` is empty while nothing is
    to be done or the clock stands. `filer_name` is who filed it, `person_name` whose case it is; both are
    there when it was filed on behalf. The public part has no names, no key and no desk's worker.
    """

    id: int
    number: str
    version: int
    kind: str
    kind_title: str
    text: str
    place: str
    latitude: float | None
    longitude: float | None
    difficulty: str
    area_code: str
    area_name: str
    state: str
    state_title: str
    outcome: str
    answer: str
    merged_into: int | None
    level: str
    level_title: str
    desk_area: str
    desk_area_name: str
    unit_id: int | None
    unit_name: str
    worker_id: int | None
    worker_name: str
    person_id: int | None
    person_name: str
    household_id: int | None
    filed_by: int | None
    filer_name: str
    on_behalf: bool
    channel: str
    subject: str
    public: bool
    urgent: bool
    on_the_spot: bool
    flags: tuple[str, ...]
    light: str
    due_at: datetime | None
    resolve_by: datetime | None
    paused_at: datetime | None
    late: bool
    returns: int
    reopens: int
    urges: int
    reported_at: datetime
    resolved_at: datetime | None
    rated_at: datetime | None
    closed_at: datetime | None
    thumb: str
    rating_note: str
    key: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def headline(self) -> str:
        """The text as lists show it, without ID numbers and phones; empty where photos say it all."""
        return "" if self.text == SEE_PHOTO else without_numbers(self.text)

    @property
    def desk_title(self) -> str:
        """The unit, or the name of the desk's area."""
        return self.unit_name or self.desk_area_name


def light_of(row: Case, at: datetime) -> str:
    """Green, yellow or red; empty where no clock runs."""
    if row.due_at is None:
        return ""
    if row.due_at < at:
        return RED
    return YELLOW if row.yellow_at is not None and row.yellow_at <= at else GREEN


def case_views(rows: Sequence[Case], *, full: bool = True, key: bool = False) -> list[CaseView]:
    """The rows as views, names looked up together. `full` False: the public part; `key`: with the key."""
    at = now()
    areas = area_names(code for row in rows for code in (row.area_code, row.desk_area))
    units = unit_names(row.unit_id for row in rows)
    accounts = account_names(each for row in rows for each in (row.filed_by, row.worker_id))
    people = person_names(row.person_id for row in rows if row.person_id)
    views = [_view(row, at, areas, units, accounts, people, full=full, key=key) for row in rows]
    return views if full else [_nameless(view) for view in views]


def _nameless(view: CaseView) -> CaseView:
    """The public part: nobody is named, not even in the words."""
    names = (view.person_name, view.filer_name, view.worker_name)
    return replace(
        view,
        text=without_names(view.text, names),
        place=without_names(view.place, names),
        answer=without_names(view.answer, names),
        person_name="",
        filer_name="",
        worker_name="",
    )


def _view(
    row: Case,
    at: datetime,
    areas: dict[str, str],
    units: dict[int, str],
    accounts: dict[int, str],
    people: dict[int, str],
    *,
    full: bool,
    key: bool,
) -> CaseView:
    return CaseView(
        id=row.id,
        number=row.number,
        version=row.version,
        kind=row.kind,
        kind_title=kind_title(row.kind),
        text=row.text,
        place=row.place,
        latitude=row.latitude,
        longitude=row.longitude,
        difficulty=row.difficulty,
        area_code=row.area_code,
        area_name=areas.get(row.area_code, row.area_code),
        state=row.state,
        state_title=STATES[row.state],
        outcome=row.outcome,
        answer=row.answer,
        merged_into=row.merged_into,
        level=row.level,
        level_title=LEVEL_NAMES[row.level],
        desk_area=row.desk_area,
        desk_area_name=areas.get(row.desk_area, row.desk_area),
        unit_id=row.unit_id,
        unit_name=units.get(row.unit_id, "") if row.unit_id else "",
        worker_id=row.worker_id if full else None,
        worker_name=accounts.get(row.worker_id, "") if row.worker_id else "",
        person_id=row.person_id if full else None,
        person_name=people.get(row.person_id, "") if row.person_id else "",
        household_id=row.household_id if full else None,
        filed_by=row.filed_by if full else None,
        filer_name=accounts.get(row.filed_by, "") if row.filed_by is not None else "",
        on_behalf=row.on_behalf,
        channel=row.channel,
        subject=row.subject if full else "",
        public=row.public,
        urgent=row.urgent,
        on_the_spot=row.on_the_spot,
        flags=tuple(flag for flag in row.flags.split(",") if flag),
        light=light_of(row, at),
        due_at=row.due_at,
        resolve_by=row.resolve_by,
        paused_at=row.paused_at,
        late=row.late,
        returns=row.returns,
        reopens=row.reopens,
        urges=row.urges,
        reported_at=row.reported_at,
        resolved_at=row.resolved_at,
        rated_at=row.rated_at,
        closed_at=row.closed_at,
        thumb=row.thumb,
        rating_note=row.rating_note if full else "",
        key=row.key if key else "",
    )
