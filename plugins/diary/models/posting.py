"""Who is stationed where (派驻), and the teams of a village (组团联村)."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, DateField, IntegerField

from core.db import AreaModel, MomentField


class Posting(AreaModel):
    """A cadre stationed from a day to a day (inclusive). Never deleted.

    `area_code` is the smallest area that holds all of its places. `mode`: fixed (一村一干部) or roving.
    `line` is empty for those who look after everything. `unit`, `field`, `term`: who sent them, what they
    know, for how many months (选派记录). `successor_id`: the posting that took over.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    account_id = BigIntegerField(index=True)
    kind = CharField(max_length=12)
    mode = CharField(max_length=8)
    line = CharField(max_length=30, default="")
    unit = CharField(max_length=100, default="")
    field = CharField(max_length=100, default="")
    term = IntegerField(null=True, constraints=[Check("term > 0")])
    phone = CharField(max_length=20, default="")
    since = DateField()
    until = DateField(null=True)
    ended_why = CharField(max_length=10, default="")
    successor_id = BigIntegerField(null=True)
    recorded_at = MomentField()

    class Meta:
        table_name = "diary_posting"


class PostingPlace(AreaModel):
    """A village that a posting covers. `duty_post`: the account's post there, as the accounts module has it.

    `fixed` repeats what the posting says and `closed` that it has ended, so that the database itself sees
    to one fixed cadre a village and line.
    """

    id = AutoField()
    posting_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, index=True)
    kind = CharField(max_length=12)
    line = CharField(max_length=30, default="")
    fixed = BooleanField()
    closed = BooleanField(default=False)
    duty_post = BigIntegerField(null=True)

    class Meta:
        table_name = "diary_posting_place"


PostingPlace.add_index(
    PostingPlace.index(
        PostingPlace.area_code,
        PostingPlace.kind,
        PostingPlace.line,
        unique=True,
        where=(PostingPlace.fixed & ~PostingPlace.closed & (PostingPlace.kind != "enterprise")),
        name="diary_posting_one_fixed",
    )
)


class WorkItem(AreaModel):
    """A line of a fixed cadre's work list (工作清单)."""

    id = AutoField()
    posting_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    text = CharField(max_length=200)
    due = DateField(null=True)
    done_on = DateField(null=True)
    note = CharField(max_length=500, default="")
    recorded_at = MomentField()

    class Meta:
        table_name = "diary_work_item"


class Team(AreaModel):
    """The team of a village: a fixed weekday (1 Monday to 7), a fixed place, a code to be posted up."""

    id = AutoField()
    code = CharField(max_length=8, unique=True)
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    weekday = IntegerField(constraints=[Check("weekday BETWEEN 1 AND 7")])
    hours = CharField(max_length=40, default="")
    place = CharField(max_length=100)
    duties = CharField(max_length=1000, default="")
    opened_at = MomentField()
    closed_at = MomentField(null=True)

    class Meta:
        table_name = "diary_team"


Team.add_index(
    Team.index(Team.area_code, unique=True, where=Team.closed_at.is_null(), name="diary_team_one_a_village")
)


class TeamMember(AreaModel):
    """An account in a team, from a day to a day; `phone` is made public with their consent."""

    id = AutoField()
    team_id = BigIntegerField(index=True)
    account_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    role = CharField(max_length=8)
    phone = CharField(max_length=20, default="")
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "diary_team_member"


# One lead and one head a team; nobody is twice in one.
TeamMember.add_index(
    TeamMember.index(
        TeamMember.team_id,
        TeamMember.role,
        unique=True,
        where=(TeamMember.until.is_null() & (TeamMember.role != "member")),
        name="diary_team_one_of_a_role",
    )
)
TeamMember.add_index(
    TeamMember.index(
        TeamMember.team_id,
        TeamMember.account_id,
        unique=True,
        where=TeamMember.until.is_null(),
        name="diary_team_member_once",
    )
)
