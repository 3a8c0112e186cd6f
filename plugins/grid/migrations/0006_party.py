"""The party branch on the grid: groups, members, links, visits; deeds, which refuse to be changed."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, DateField, IntegerField, Model

from core.migrations import accept_changes, refuse_changes

UNCHANGEABLE = ("grid_deed", "grid_party_visit")


def tables(db):
    class PartyGroup(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        opened_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_party_group"

    class PartyMember(Model):
        id = AutoField()
        group_id = BigIntegerField(index=True)
        person_id = BigIntegerField()
        area_code = CharField(max_length=15, index=True)
        is_head = BooleanField(default=False)
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "grid_party_member"

    class PartyLink(Model):
        id = AutoField()
        member_id = BigIntegerField()
        household_id = BigIntegerField()
        area_code = CharField(max_length=15)
        colour = CharField(max_length=10)
        state = CharField(max_length=10)
        proposed_by = CharField(max_length=10)
        proposed_at = BigIntegerField()
        proposed_account = BigIntegerField(null=True)
        answered_at = BigIntegerField(null=True)
        answered_account = BigIntegerField(null=True)
        on_behalf = BooleanField(default=False)
        ended_at = BigIntegerField(null=True)
        ended_why = CharField(max_length=200, default="")
        last_visit = DateField(null=True)
        next_due = DateField(null=True)

        class Meta:
            database = db
            table_name = "grid_party_link"
            indexes = (
                (("member_id", "state", "next_due"), False),
                (("state", "area_code", "next_due", "colour"), False),
            )

    class PartyVisit(Model):
        id = AutoField()
        link_id = BigIntegerField(index=True)
        household_id = BigIntegerField(index=True)
        member_id = BigIntegerField()
        area_code = CharField(max_length=15)
        day = DateField()
        heard = CharField(max_length=1000, default="")
        case_id = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_party_visit"
            indexes = ((("area_code", "day"), False),)

    class DeedKind(Model):
        id = AutoField()
        title = CharField(max_length=60)
        points = IntegerField(constraints=[Check("points <> 0")])
        stopped_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_deed_kind"

    class Deed(Model):
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
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_deed"
            indexes = ((("member_id", "year", "points"), False), (("area_code", "year", "points"), False))

    return [PartyGroup, PartyMember, PartyLink, PartyVisit, DeedKind, Deed]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE UNIQUE INDEX grid_party_member_one_group ON grid_party_member (person_id) WHERE until IS NULL"
    )
    db.execute_sql(
        "CREATE UNIQUE INDEX grid_party_link_one_member ON grid_party_link (household_id) "
        "WHERE state IN ('proposed', 'active')"
    )
    for table in UNCHANGEABLE:
        refuse_changes(db, table, f"{table}: what is written down is taken back, never changed")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
