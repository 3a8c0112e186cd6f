"""Tasks (任务): given to a grid or a person, done with evidence, checked by who gave them."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField

OPEN, DONE, CHECKED, CANCELLED = "open", "done", "checked", "cancelled"
# What must come with it: nothing, words, or a photo (a burden).
NOTHING, WORDS, PHOTO = "none", "words", "photo"


class TaskRule(AreaModel):
    """A task that comes again every month: on `day_of_month` for each grid of the area, due `days` later."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=60)
    text = CharField(max_length=2000, default="")
    evidence = CharField(max_length=10, default=NOTHING)
    day_of_month = IntegerField()
    days = IntegerField()
    given_by = BigIntegerField()
    active = BooleanField(default=True)

    class Meta:
        table_name = "grid_task_rule"


class Task(AreaModel):
    """Something to be done in a grid (`area_code`), by a person of it or by whoever works there."""

    id = AutoField()
    area_code = CharField(max_length=15)
    account_id = BigIntegerField(null=True)
    title = CharField(max_length=60)
    text = CharField(max_length=2000, default="")
    due = DateField()
    evidence = CharField(max_length=10, default=NOTHING)
    state = CharField(max_length=10, default=OPEN)
    given_by = BigIntegerField()
    given_at = MomentField()
    done_by = BigIntegerField(null=True)
    done_at = MomentField(null=True)
    note = CharField(max_length=2000, default="")
    checked_at = MomentField(null=True)
    returns = IntegerField(default=0)
    # A recurring one is made once a grid and month, however often the job runs.
    rule_id = BigIntegerField(null=True)
    period = CharField(max_length=7, default="")

    class Meta:
        table_name = "grid_task"
        indexes = ((("state", "area_code", "due"), False), (("account_id", "state"), False))


Task.add_index(
    Task.index(
        Task.rule_id,
        Task.area_code,
        Task.period,
        unique=True,
        where=(Task.period != ""),
        name="grid_task_once",
    )
)


class TaskStep(BaseModel):
    """One step of a task: who, when, what, with which words. Never changed afterwards."""

    id = AutoField()
    task_id = BigIntegerField(index=True)
    at = MomentField()
    account_id = BigIntegerField(null=True)
    step = CharField(max_length=10)
    note = CharField(max_length=2000, default="")

    class Meta:
        table_name = "grid_task_step"
