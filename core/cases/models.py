"""Tables of cases: units, the routing table, the case, who had it with which clock, its timeline."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    DoubleField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField


class Unit(AreaModel):
    """An office that cases are dispatched to (单位, 部门). Closed, never deleted."""

    id = AutoField()
    name = CharField(max_length=60)
    level = CharField(max_length=10)
    area_code = CharField(max_length=15, index=True)
    opened_at = MomentField()
    closed_at = MomentField(null=True)
    successor_id = BigIntegerField(null=True)

    class Meta:
        table_name = "cases_unit"


class UnitMember(BaseModel):
    """Who works in a unit, from a date to a date, both inclusive."""

    id = AutoField()
    unit_id = BigIntegerField(index=True)
    account_id = BigIntegerField(index=True)
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "cases_unit_member"


class Rule(BaseModel):
    """A line of the routing table. Replaced, never changed: old cases go on explaining themselves.

    `kind` and `difficulty` may be `*`; `area_code` is a beginning; the first line that fits counts,
    by `position`.
    `direct`: the case is dispatched at once and needs nobody to hand it out.
    """

    id = AutoField()
    kind = CharField(max_length=60)
    difficulty = CharField(max_length=10)
    area_code = CharField(max_length=15)
    level = CharField(max_length=10)
    unit_id = BigIntegerField(null=True)
    accept_hours = IntegerField(constraints=[Check("accept_hours > 0")])
    resolve_days = IntegerField(constraints=[Check("resolve_days > 0")])
    direct = BooleanField(default=False)
    position = IntegerField()
    note = CharField(max_length=200)
    since = MomentField()
    until = MomentField(null=True)
    replaces_id = BigIntegerField(null=True)
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "cases_rule"
        indexes = ((("until", "position"), False),)


class Case(AreaModel):
    """Something raised that must be closed. `version` is the number of its newest step."""

    id = AutoField()
    number = CharField(max_length=20, unique=True)
    key = CharField(max_length=10)
    version = IntegerField()
    kind = CharField(max_length=60)
    text = TextField()
    place = CharField(max_length=200)
    latitude = DoubleField(null=True)
    longitude = DoubleField(null=True)
    difficulty = CharField(max_length=10)
    area_code = CharField(max_length=15)
    state = CharField(max_length=12)
    outcome = CharField(max_length=10)
    answer = TextField()
    merged_into = BigIntegerField(null=True)
    # Whose case it is (register), who filed it (account); two different people when filed on behalf.
    person_id = BigIntegerField(null=True)
    household_id = BigIntegerField(null=True, index=True)
    filed_by = BigIntegerField(null=True)
    on_behalf = BooleanField(default=False)
    channel = CharField(max_length=40)
    external_id = CharField(max_length=120)
    subject = CharField(max_length=80)
    public = BooleanField(default=False)
    urgent = BooleanField(default=False)
    on_the_spot = BooleanField(default=False)
    flags = CharField(max_length=80)
    # The desk where it stands, and who there has said "mine".
    level = CharField(max_length=10)
    desk_area = CharField(max_length=15)
    unit_id = BigIntegerField(null=True)
    worker_id = BigIntegerField(null=True)
    rule_id = BigIntegerField(null=True)
    returns = IntegerField(default=0)
    reopens = IntegerField(default=0)
    urges = IntegerField(default=0)
    reported_at = MomentField()
    # What the desk has to keep now; empty while nothing is to be done or the clock stands.
    due_at = MomentField(null=True)
    yellow_at = MomentField(null=True)
    resolve_by = MomentField(null=True)
    paused_at = MomentField(null=True)
    # When the periodic job has to look again, and how far up the ladder it is.
    wake_at = MomentField(null=True)
    rung = IntegerField(default=0)
    late = BooleanField(default=False)
    resolved_at = MomentField(null=True)
    thumb = CharField(max_length=4)
    rating_note = CharField(max_length=500)
    rated_at = MomentField(null=True)
    closed_at = MomentField(null=True)

    class Meta:
        table_name = "cases_case"
        indexes = (
            # Lists, boards and lights.
            (("area_code", "id"), False),
            (("state", "area_code", "id"), False),
            (("state", "due_at", "area_code"), False),
            (("kind", "area_code", "id"), False),
            (("unit_id", "state"), False),
            (("desk_area", "level", "state"), False),
            (("person_id", "id"), False),
            (("filed_by", "id"), False),
            (("worker_id", "state"), False),
            (("public", "state", "area_code", "id"), False),
        )


# A channel that posts the same case again gets the first one.
Case.add_index(
    Case.index(
        Case.channel,
        Case.external_id,
        unique=True,
        where=(Case.external_id != ""),
        name="cases_case_external",
    )
)
# The figures of a period in the order in which they are grouped; what was answered lately.
Case.add_index(
    Case.index(
        Case.area_code,
        Case.kind,
        Case.state,
        Case.thumb,
        Case.on_the_spot,
        Case.late,
        Case.reported_at,
        name="cases_case_figures",
    )
)
Case.add_index(Case.index(Case.resolved_at, name="cases_case_resolved"))
Case.add_index(Case.index(Case.wake_at, where=Case.wake_at.is_null(False), name="cases_case_wake"))


class Assignment(BaseModel):
    """Who had the case (lead) or helps with it (helper), each with its own clock."""

    id = AutoField()
    case_id = BigIntegerField(index=True)
    part = CharField(max_length=6)
    level = CharField(max_length=10)
    desk_area = CharField(max_length=15)
    unit_id = BigIntegerField(null=True)
    given_at = MomentField()
    given_by = BigIntegerField(null=True)
    accept_by = MomentField()
    accepted_at = MomentField(null=True)
    worker_id = BigIntegerField(null=True)
    resolve_by = MomentField()
    done_at = MomentField(null=True)
    ended_at = MomentField(null=True)
    ended_why = CharField(max_length=12)

    class Meta:
        table_name = "cases_assignment"
        # Whatever was ever given to a unit, its members may see.
        indexes = ((("unit_id", "case_id"), False),)


Assignment.add_index(
    Assignment.index(
        Assignment.case_id,
        unique=True,
        where=((Assignment.part == "lead") & Assignment.ended_at.is_null()),
        name="cases_assignment_one_lead",
    )
)
# Helpers look for what is still open on their desk.
Assignment.add_index(
    Assignment.index(
        Assignment.unit_id,
        Assignment.desk_area,
        where=((Assignment.part == "helper") & Assignment.ended_at.is_null()),
        name="cases_assignment_helpers",
    )
)


class Pause(BaseModel):
    """While the clock stands, with the reason; `planned_until`: when it goes on by itself."""

    id = AutoField()
    case_id = BigIntegerField(index=True)
    reason = CharField(max_length=500)
    since = MomentField()
    planned_until = MomentField(null=True)
    until = MomentField(null=True)
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "cases_pause"


class Step(BaseModel):
    """A step on a case's timeline. Never changed (triggers); each digest covers the one before."""

    id = AutoField()
    case_id = BigIntegerField()
    number = IntegerField()
    at = MomentField()
    account_id = BigIntegerField(null=True)
    deed = CharField(max_length=12)
    state = CharField(max_length=12)
    level = CharField(max_length=10)
    desk_area = CharField(max_length=15)
    unit_id = BigIntegerField(null=True)
    note = TextField()
    previous = CharField(max_length=64)
    digest = CharField(max_length=64)

    class Meta:
        table_name = "cases_step"
        indexes = ((("case_id", "number"), True),)


class Proof(BaseModel):
    """What a nightly look at all timelines found: how many mistakes, and the first of them in words."""

    id = AutoField()
    at = MomentField()
    steps = IntegerField()
    mistakes = IntegerField()
    first_mistake = TextField()

    class Meta:
        table_name = "cases_proof"
