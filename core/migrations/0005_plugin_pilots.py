"""The table of pilots: in which areas a plugin is tried before the whole county has it."""

from peewee import BooleanField, CharField, CompositeKey, Model


def tables(db):
    class PluginPilot(Model):
        plugin = CharField(max_length=40)
        area_code = CharField(max_length=15)
        is_former = BooleanField()

        class Meta:
            database = db
            table_name = "core_plugin_pilot"
            primary_key = CompositeKey("plugin", "area_code")

    return [PluginPilot]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
