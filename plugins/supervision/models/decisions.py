"""Decisions (决策事项): their texts as published, who may vote on each, and the log that nobody can change.

The state of a decision says how far it has come; whether it may be carried out is never stored, but
reckoned from its version, its roll and the ballots (queries.gate).
"""

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

from core.db import AreaModel, BaseModel, MomentField

DRAFT, PUBLISHED, EXECUTING, DONE, WITHDRAWN = "draft", "published", "executing", "done", "withdrawn"
STATES = (DRAFT, PUBLISHED, EXECUTING, DONE, WITHDRAWN)
PARTY_MEMBER, REPRESENTATIVE, GRID_SUPERVISOR = "party_member", "representative", "grid_supervisor"
SEATS = (PARTY_MEMBER, REPRESENTATIVE, GRID_SUPERVISOR)
AGREE, AGAINST, ABSTAIN = "agree", "against", "abstain"
PHONE, PAPER, HELPER = "phone", "paper", "helper"
_STATE = Check("state IN ('draft', 'published', 'executing', 'done', 'withdrawn')")
_SEAT = Check("seat IN ('party_member', 'representative', 'grid_supervisor')")
_WAY = Check("way IN ('phone', 'paper', 'helper')")


class Decision(AreaModel):
    """A matter that a village decides. `area_code`: the village; `code`: leads from the wall to its page.

    `power_code`: the item of the power list (权力事项) that it falls under, if any; `six_steps`: whether the
    steps of 四议两公开 must be on the record before it is published; `version`: the number of the version
    that counts (0: none is published); `title` and `text` are the draft of the next version; `result`: what
    came of it, made public when it is done.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    code = CharField(max_length=8, unique=True)
    power_code = CharField(max_length=20, default="", index=True)
    six_steps = BooleanField(default=False)
    state = CharField(max_length=10, constraints=[_STATE])
    title = CharField(max_length=120)
    text = TextField()
    budget_fen = BigIntegerField(null=True)
    version = IntegerField(default=0)
    account_id = BigIntegerField()
    created_at = MomentField()
    started_at = MomentField(null=True)
    done_at = MomentField(null=True)
    withdrawn_at = MomentField(null=True)
    why_withdrawn = CharField(max_length=300, default="")
    result = TextField(default="")

    class Meta:
        table_name = "supervision_decision"


class Concerned(AreaModel):
    """Somebody whom a decision concerns (当事人): they and their kin are proposed for recusal."""

    id = AutoField()
    decision_id = BigIntegerField()
    area_code = CharField(max_length=15)
    person_id = BigIntegerField()

    class Meta:
        table_name = "supervision_concerned"
        indexes = ((("decision_id", "person_id"), True),)


class DecisionVersion(AreaModel):
    """A published text; the database refuses to change it. Each edit is another one, whose clock starts anew.

    `body`: what was published, as canonical JSON (title, text, budget, attachments with their SHA-256);
    `digest`: its SHA-256; `earliest_day`: the first day on which it may be carried out; `closes_at`: until
    when ballots count; `approval_percent`, `pooled`, `secret`: the county's rules of that moment;
    `roll_size`: how many stood on the roll when it was frozen.
    """

    id = AutoField()
    decision_id = BigIntegerField()
    area_code = CharField(max_length=15, index=True)
    number = IntegerField()
    body = TextField()
    digest = CharField(max_length=64)
    published_at = MomentField()
    published_by = BigIntegerField()
    earliest_day = DateField()
    closes_at = MomentField()
    approval_percent = IntegerField()
    pooled = BooleanField()
    secret = BooleanField()
    roll_size = IntegerField()

    class Meta:
        table_name = "supervision_decision_version"
        indexes = ((("decision_id", "number"), True),)


class Voter(AreaModel):
    """Somebody of the register with a vote in a village, from a day to a day (党员, 村民代表, 网格监督员).

    `batch_id`: the imported table that it came with (VoterBatch), if any.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    person_id = BigIntegerField(index=True)
    seat = CharField(max_length=20, constraints=[_SEAT])
    since = DateField()
    until = DateField(null=True)
    source = CharField(max_length=100, default="")
    batch_id = BigIntegerField(null=True)

    class Meta:
        table_name = "supervision_voter"


class RollEntry(AreaModel):
    """A person on the roll of a version, frozen at its publication; one row a person, however many seats.

    `seats`: those that they hold, joined by commas in the order of SEATS; `reasons`: why, in words.
    """

    id = AutoField()
    version_id = BigIntegerField()
    decision_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    person_id = BigIntegerField(index=True)
    name = CharField(max_length=60)
    seats = CharField(max_length=60)
    reasons = CharField(max_length=200, default="")

    class Meta:
        table_name = "supervision_roll_entry"
        indexes = ((("version_id", "person_id"), True),)


class Recusal(AreaModel):
    """Somebody who is concerned (or kin to who is) left roll, base and view of a decision (回避).

    Proposed from the register, confirmed by a second person (`confirmed_at`) or put aside (`declined_at`);
    `proposed_by`: the account that named whom it concerns, or put them forward.
    """

    id = AutoField()
    decision_id = BigIntegerField()
    area_code = CharField(max_length=15)
    person_id = BigIntegerField()
    reason = CharField(max_length=200)
    proposed_at = MomentField()
    proposed_by = BigIntegerField(null=True)
    confirmed_at = MomentField(null=True)
    confirmed_by = BigIntegerField(null=True)
    declined_at = MomentField(null=True)
    declined_by = BigIntegerField(null=True)

    class Meta:
        table_name = "supervision_recusal"
        indexes = ((("decision_id", "person_id"), True),)


class Ballot(AreaModel):
    """One cast of one voter; the last before the close counts, all are kept, none is changed.

    `number` counts the casts of one voter on one version; `choice`: agree, against, abstain, or sealed bytes
    as text where the version is secret; `way`: phone, paper, helper; `account_id`: who entered it;
    `receipt`: what the voter finds again on the notice board; `photo_id`: the paper.
    """

    id = AutoField()
    version_id = BigIntegerField()
    decision_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    roll_entry_id = BigIntegerField()
    number = IntegerField()
    choice = CharField(max_length=200)
    opinion = TextField(default="")
    way = CharField(max_length=10, constraints=[_WAY])
    account_id = BigIntegerField()
    receipt = CharField(max_length=32, unique=True)
    photo_id = BigIntegerField(null=True)
    cast_at = MomentField()

    class Meta:
        table_name = "supervision_ballot"
        indexes = ((("roll_entry_id", "number"), True),)


class BallotCheck(BaseModel):
    """A second person held a paper ballot against its photo; before that it does not count."""

    id = AutoField()
    ballot_id = BigIntegerField(unique=True)
    account_id = BigIntegerField()
    is_right = BooleanField()
    note = CharField(max_length=200, default="")
    at = MomentField()

    class Meta:
        table_name = "supervision_ballot_check"


class LogEntry(AreaModel):
    """A line of the decision log: appended, chained by hash over the whole county, never changed.

    `body`: canonical JSON of what happened; `hash`: SHA-256 over the hash before and all of the line
    (decision_log.link).
    """

    id = AutoField()
    decision_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    number = BigIntegerField(unique=True)
    at = MomentField()
    body = TextField()
    hash = CharField(max_length=64)

    class Meta:
        table_name = "supervision_log"
