"""What was set of plugins by page, and the last errors of each plugin."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    CharField,
    IntegerField,
    Model,
    TextField,
)


def tables(db):
    class PluginSetting(Model):
        plugin = CharField(max_length=40, primary_key=True)
        version = IntegerField()
        plain = TextField()
        sealed = BlobField(null=True)

        class Meta:
            database = db
            table_name = "core_plugin_setting"

    class PluginError(Model):
        id = AutoField()
        plugin = CharField(max_length=40)
        hook = CharField(max_length=80)
        digest = CharField(max_length=32)
        cause = TextField()
        traceback = TextField()
        count = IntegerField()
        first_at = BigIntegerField()
        last_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "core_plugin_error"
            indexes = ((("plugin", "hook", "digest"), True),)

    return [PluginSetting, PluginError]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
