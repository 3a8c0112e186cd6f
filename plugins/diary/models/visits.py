"""Visits (走访): who is due, who was visited, enterprises and farms among them."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    CharField,
    Check,
    DateField,
    FloatField,
    IntegerField,
)

from core.db import AreaModel, MomentField


class Care(AreaModel):
    """How a household stands: when it was visited, until when it must be again, and why then.

    Kept so that "who is due" of a county is a look-up in an index; made anew from the visits, marks and the
    register each night and at every visit. `reason` is a code of `words.REASONS`, after a colon what of it.
    `latitude`, `longitude`: the door, where somebody marked it for those who come next.
    """

    household_id = BigIntegerField(primary_key=True)
    area_code = CharField(max_length=15)
    last_visit = DateField(null=True)
    visits = IntegerField(default=0)
    due_on = DateField()
    reason = CharField(max_length=40)
    revisit_on = DateField(null=True)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)

    class Meta:
        table_name = "diary_care"
        indexes = (
            (("area_code", "due_on", "household_id"), False),
            (("due_on", "area_code", "household_id"), False),
            (("area_code", "last_visit", "household_id"), False),
        )


# Where doors are, for the middle of a village: few of them, in an index of their own.
Care.add_index(
    Care.index(
        Care.area_code,
        Care.latitude,
        Care.longitude,
        where=Care.latitude.is_null(False),
        name="diary_care_door",
    )
)


class Mark(AreaModel):
    """A household that is always to be visited (五必访), for somebody in it; taken back, never deleted."""

    id = AutoField()
    household_id = BigIntegerField(index=True)
    person_id = BigIntegerField(null=True)
    area_code = CharField(max_length=15, index=True)
    kind = CharField(max_length=12)
    note = CharField(max_length=200, default="")
    since = DateField()
    until = DateField(null=True)
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "diary_mark"


Mark.add_index(
    Mark.index(Mark.household_id, Mark.kind, unique=True, where=Mark.until.is_null(), name="diary_mark_once")
)


class Establishment(AreaModel):
    """An enterprise, co-operative, farm or shop (市场主体). `credit_code`: GB 32100, empty where unknown."""

    id = AutoField()
    area_code = CharField(max_length=15)
    kind = CharField(max_length=12)
    name = CharField(max_length=100)
    credit_code = CharField(max_length=18, default="")
    contact = CharField(max_length=60, default="")
    phone_sealed = BlobField(null=True)
    address = CharField(max_length=200, default="")
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)
    last_visit = DateField(null=True)
    visits = IntegerField(default=0)
    revisit_on = DateField(null=True)
    due_on = DateField()
    opened_at = MomentField()
    closed_at = MomentField(null=True)

    class Meta:
        table_name = "diary_establishment"
        indexes = ((("area_code", "due_on"), False), (("area_code", "name"), False))


Establishment.add_index(
    Establishment.index(
        Establishment.credit_code,
        unique=True,
        where=(Establishment.credit_code != ""),
        name="diary_establishment_code",
    )
)


class Visit(AreaModel):
    """A visit to a household or to an establishment (one of the two). Append-only.

    What was heard is the text of its entry. `solved`: matters solved on the spot, which are counted apart;
    `solved_note` says which. `topics`: codes with commas. `latitude`, `longitude`: only where the county
    names the ground for check-ins.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    household_id = BigIntegerField(null=True, index=True)
    establishment_id = BigIntegerField(null=True, index=True)
    account_id = BigIntegerField(null=True)
    kind = CharField(max_length=12)
    day = DateField()
    reason = CharField(max_length=40, default="")
    occasion = CharField(max_length=12, default="")
    topics = CharField(max_length=200, default="")
    solved = IntegerField(default=0, constraints=[Check("solved >= 0")])
    solved_note = CharField(max_length=500, default="")
    revisit_on = DateField(null=True)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)
    accuracy = IntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_visit"
        indexes = ((("area_code", "day"), False), (("account_id", "day"), False))
        constraints = (Check("(household_id IS NULL) <> (establishment_id IS NULL)"),)


class VisitPerson(AreaModel):
    """Somebody who was met at a visit; tags and risk level before and after, where the visit changed them."""

    id = AutoField()
    visit_id = BigIntegerField(index=True)
    person_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    tags_before = CharField(max_length=200, default="")
    tags_after = CharField(max_length=200, default="")
    risk_before = CharField(max_length=10, default="")
    risk_after = CharField(max_length=10, default="")

    class Meta:
        table_name = "diary_visit_person"
