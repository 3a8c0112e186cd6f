"""Meetings (议事会、答复会、民情分析会): who was called, who came, what was said and decided."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, MomentField
from plugins.diary.meeting_words import RESIDENT


class MeetingRules(AreaModel):
    """The county's rules of its meetings (议事规则), each version as it stood; never changed."""

    id = AutoField()
    area_code = CharField(max_length=15)
    version = IntegerField(unique=True)
    text = TextField()
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_meeting_rules"


class Meeting(AreaModel):
    """A meeting of a village or town.

    `residents_percent` and `rules_version` are those in force when it was opened; `about_id`: the meeting
    that a reply meeting answers; `code` leads from the printed notice to the notice; `minutes`: how many
    final versions there are; `outstanding`: matters of a reply meeting that are not settled yet.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    kind = CharField(max_length=12)
    code = CharField(max_length=8, unique=True)
    topic = CharField(max_length=200)
    agenda = TextField(default="")
    starts_at = MomentField()
    place = CharField(max_length=100)
    link = CharField(max_length=300, default="")
    state = CharField(max_length=10)
    about_id = BigIntegerField(null=True, index=True)
    residents_percent = IntegerField(null=True)
    rules_version = IntegerField(null=True)
    minutes = IntegerField(default=0)
    outstanding = IntegerField(default=0)
    account_id = BigIntegerField()
    called_at = MomentField()
    noticed_at = MomentField(null=True)
    opened_at = MomentField(null=True)
    held_at = MomentField(null=True)
    published_at = MomentField(null=True)
    ended_why = CharField(max_length=300, default="")

    class Meta:
        table_name = "diary_meeting"
        indexes = (
            (("area_code", "starts_at", "id"), False),
            (("starts_at", "id", "area_code"), False),
        )


class MeetingMatter(AreaModel):
    """What a meeting is about. `target`: id of a case, entry or resolution; of a reply: how it came out."""

    id = AutoField()
    meeting_id = BigIntegerField()
    area_code = CharField(max_length=15)
    kind = CharField(max_length=12)
    target = BigIntegerField(null=True)
    title = CharField(max_length=300)
    outcome = TextField(default="")
    settled = BooleanField(default=False)

    class Meta:
        table_name = "diary_meeting_matter"
        indexes = ((("meeting_id", "id"), False), (("kind", "target"), False))


class Participant(AreaModel):
    """Somebody called to a meeting, by the name they had then. `told`: how an absent one was told of it.

    Who leaves before the meeting keeps the line (`left_at`) and counts no more.
    """

    id = AutoField()
    meeting_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    role = CharField(max_length=10)
    name = CharField(max_length=60)
    title = CharField(max_length=60, default="")
    person_id = BigIntegerField(null=True, index=True)
    account_id = BigIntegerField(null=True, index=True)
    mode = CharField(max_length=8)
    present = BooleanField(null=True)
    told = CharField(max_length=100, default="")
    left_at = MomentField(null=True)

    class Meta:
        table_name = "diary_meeting_participant"

    @property
    def is_resident(self) -> bool:
        """Whether they count as an ordinary resident."""
        return self.role == RESIDENT


for _name, _column in (("person", Participant.person_id), ("account", Participant.account_id)):
    Participant.add_index(
        Participant.index(
            Participant.meeting_id,
            _column,
            unique=True,
            where=(_column.is_null(False) & Participant.left_at.is_null()),
            name=f"diary_meeting_one_{_name}",
        )
    )


class Resolution(AreaModel):
    """What a meeting decided, who sees to it until when, and the case it became."""

    id = AutoField()
    meeting_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    text = TextField()
    unit = CharField(max_length=60, default="")
    person_name = CharField(max_length=60, default="")
    account_id = BigIntegerField(null=True)
    due = DateField(null=True)
    agree = IntegerField(null=True)
    against = IntegerField(null=True)
    abstain = IntegerField(null=True)
    case_id = BigIntegerField(null=True, unique=True)

    class Meta:
        table_name = "diary_meeting_resolution"


class MinutesDraft(AreaModel):
    """The minutes while they are being written; `version` tells two writers apart."""

    meeting_id = BigIntegerField(primary_key=True)
    area_code = CharField(max_length=15)
    text = TextField()
    version = IntegerField()
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_meeting_draft"


class Minutes(AreaModel):
    """Final minutes, which the database refuses to change.

    `canonical` is what `digest` (SHA-256) was taken of: meeting, participants, matters, resolutions, text and
    `previous`, the digest of the version that this one corrects.
    """

    id = AutoField()
    meeting_id = BigIntegerField()
    area_code = CharField(max_length=15)
    number = IntegerField(constraints=[Check("number > 0")])
    text = TextField()
    canonical = TextField()
    digest = CharField(max_length=64)
    previous = CharField(max_length=64, default="")
    reason = CharField(max_length=300, default="")
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_meeting_minutes"
        indexes = ((("meeting_id", "number"), True),)
