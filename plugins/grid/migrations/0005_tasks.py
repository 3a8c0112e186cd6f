"""Tasks, recurring ones, and their steps, which refuse to be changed."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, DateField, IntegerField, Model

from core.migrations import accept_changes, refuse_changes

STEPS = "grid_task_step"


def tables(db):
    class TaskRule(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        title = CharField(max_length=60)
        text = CharField(max_length=2000, default="")
        evidence = CharField(max_length=10, default="none")
        day_of_month = IntegerField()
        days = IntegerField()
        given_by = BigIntegerField()
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "grid_task_rule"

    class Task(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        account_id = BigIntegerField(null=True)
        title = CharField(max_length=60)
        text = CharField(max_length=2000, default="")
        due = DateField()
        evidence = CharField(max_length=10, default="none")
        state = CharField(max_length=10, default="open")
        given_by = BigIntegerField()
        given_at = BigIntegerField()
        done_by = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        note = CharField(max_length=2000, default="")
        checked_at = BigIntegerField(null=True)
        returns = IntegerField(default=0)
        rule_id = BigIntegerField(null=True)
        period = CharField(max_length=7, default="")

        class Meta:
            database = db
            table_name = "grid_task"
            indexes = ((("state", "area_code", "due"), False), (("account_id", "state"), False))

    class TaskStep(Model):
        id = AutoField()
        task_id = BigIntegerField(index=True)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        step = CharField(max_length=10)
        note = CharField(max_length=2000, default="")

        class Meta:
            database = db
            table_name = "grid_task_step"

    return [TaskRule, Task, TaskStep]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE UNIQUE INDEX grid_task_once ON grid_task (rule_id, area_code, period) WHERE period <> ''"
    )
    refuse_changes(db, STEPS, "grid_task_step: what was done with a task stays")


def down(migrator, db):
    accept_changes(db, STEPS)
    db.drop_tables(tables(db)[::-1])
