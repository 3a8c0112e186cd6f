"""The party branch on the grid: groups, members, linked households, visits, and the ledger of deeds."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField

PROPOSED, ACTIVE, DECLINED, ENDED = "proposed", "active", "declined", "ended"
BY_MEMBER, BY_HOUSEHOLD = "member", "household"


class PartyGroup(AreaModel):
    """A party group (网格党小组) or branch of a grid or village."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    opened_at = MomentField()
    closed_at = MomentField(null=True)

    class Meta:
        table_name = "grid_party_group"


class PartyMember(AreaModel):
    """A person of the register in a group, from a day to a day; `area_code` is the group's."""

    id = AutoField()
    group_id = BigIntegerField(index=True)
    person_id = BigIntegerField()
    area_code = CharField(max_length=15, index=True)
    is_head = BooleanField(default=False)
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "grid_party_member"


# A person is in one group at a time.
PartyMember.add_index(
    PartyMember.index(
        PartyMember.person_id,
        unique=True,
        where=PartyMember.until.is_null(),
        name="grid_party_member_one_group",
    )
)


class PartyLink(AreaModel):
    """A member and a household that chose each other (双向选择). `area_code` is the household's.

    `proposed_by` says which side began; the other side answers. `on_behalf`: staff spoke for the household.
    """

    id = AutoField()
    member_id = BigIntegerField()
    household_id = BigIntegerField()
    area_code = CharField(max_length=15)
    colour = CharField(max_length=10)
    state = CharField(max_length=10)
    proposed_by = CharField(max_length=10)
    proposed_at = MomentField()
    proposed_account = BigIntegerField(null=True)
    answered_at = MomentField(null=True)
    answered_account = BigIntegerField(null=True)
    on_behalf = BooleanField(default=False)
    ended_at = MomentField(null=True)
    ended_why = CharField(max_length=200, default="")
    last_visit = DateField(null=True)
    next_due = DateField(null=True)

    class Meta:
        table_name = "grid_party_link"
        indexes = (
            (("member_id", "state", "next_due"), False),
            (("state", "area_code", "next_due", "colour"), False),
        )


# A household has one member, or one question that waits for an answer.
PartyLink.add_index(
    PartyLink.index(
        PartyLink.household_id,
        unique=True,
        where=PartyLink.state.in_((PROPOSED, ACTIVE)),
        name="grid_party_link_one_member",
    )
)


class PartyVisit(AreaModel):
    """A visit in brief: when, what was heard, and the case it became."""

    id = AutoField()
    link_id = BigIntegerField(index=True)
    household_id = BigIntegerField(index=True)
    member_id = BigIntegerField()
    area_code = CharField(max_length=15)
    day = DateField()
    heard = CharField(max_length=1000, default="")
    case_id = BigIntegerField(null=True)
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "grid_party_visit"
        indexes = ((("area_code", "day"), False),)


class DeedKind(BaseModel):
    """For which deed how many points are written down, by the county. Stopped, never deleted."""

    id = AutoField()
    title = CharField(max_length=60)
    points = IntegerField(constraints=[Check("points <> 0")])
    stopped_at = MomentField(null=True)

    class Meta:
        table_name = "grid_deed_kind"


class Deed(AreaModel):
    """One line of the ledger of deeds (零基积分): everybody begins at zero each year.

    Never changed: a mistake is taken back by a line that names it and has the opposite points.
    """

    id = AutoField()
    member_id = BigIntegerField()
    area_code = CharField(max_length=15)
    year = IntegerField()
    day = DateField()
    kind_id = BigIntegerField()
    points = IntegerField(constraints=[Check("points <> 0")])
    note = CharField(max_length=200, default="")
    reverses_id = BigIntegerField(null=True, unique=True)
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "grid_deed"
        indexes = ((("member_id", "year", "points"), False), (("area_code", "year", "points"), False))
