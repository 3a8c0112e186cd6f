"""Topics (一类事): entries of several villages that tell of one need, and what became of it."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField


class Topic(AreaModel):
    """Entries that are proposed, or confirmed, as one need. `area_code`: the area that holds them all.

    `words`: what they have in common, with blanks between; `likeness`: the mean, in per cent. `case_id`: the
    one case for all of them; `round`: how often it was taken up again. `reason`: why it was declined, or why
    its case was taken back. `split_from`: the topic it was a part of.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    state = CharField(max_length=10)
    title = CharField(max_length=60)
    words = TextField()
    likeness = IntegerField()
    entries = IntegerField()
    villages = IntegerField()
    found_at = MomentField()
    decided_by = BigIntegerField(null=True)
    decided_at = MomentField(null=True)
    reason = CharField(max_length=300, default="")
    split_from = BigIntegerField(null=True)
    case_id = BigIntegerField(null=True, unique=True)
    outcome = CharField(max_length=10, default="")
    round = IntegerField(default=0)
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "diary_topic"
        indexes = ((("state", "area_code", "entries"), False),)


class TopicEntry(AreaModel):
    """An entry of a topic: `in` it, or `offered` to a confirmed one. `area_code` is the entry's.

    `words`: those of the entry that matched, as they stand in it, with blanks between.
    """

    id = AutoField()
    topic_id = BigIntegerField()
    entry_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    state = CharField(max_length=8)
    likeness = IntegerField()
    words = TextField()
    at = MomentField()

    class Meta:
        table_name = "diary_topic_entry"
        indexes = ((("topic_id", "entry_id"), True), (("topic_id", "state", "likeness"), False))


class TopicApart(BaseModel):
    """What a person said does not belong together: entries of one topic on different sides are apart."""

    id = AutoField()
    topic_id = BigIntegerField()
    entry_id = BigIntegerField(index=True)
    side = BigIntegerField()

    class Meta:
        table_name = "diary_topic_apart"
        indexes = ((("topic_id", "entry_id"), True),)


class TopicTold(AreaModel):
    """A household that was to be told how a topic's case ended: once for each time that it ended.

    `state`: told in its accounts' inboxes, told in person, or not reached so far.
    """

    id = AutoField()
    topic_id = BigIntegerField()
    household_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    round = IntegerField()
    state = CharField(max_length=10)
    at = MomentField()
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "diary_topic_told"
        indexes = ((("topic_id", "household_id", "round"), True),)


class TopicRun(BaseModel):
    """One search for topics: asked for by a person, or nightly; `step` of `steps` while it runs."""

    id = AutoField()
    asked_by = BigIntegerField(null=True)
    asked_at = MomentField()
    started_at = MomentField(null=True)
    finished_at = MomentField(null=True)
    step = IntegerField(default=0)
    entries = IntegerField(default=0)
    found = IntegerField(default=0)
    error = CharField(max_length=200, default="")

    class Meta:
        table_name = "diary_topic_run"
