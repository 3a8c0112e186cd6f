"""A meeting is called by its notice; until then it is planned."""


def up(migrator, db):
    db.execute_sql("UPDATE diary_meeting SET state = 'planned' WHERE state = 'called' AND noticed_at IS NULL")


def down(migrator, db):
    db.execute_sql("UPDATE diary_meeting SET state = 'called' WHERE state = 'planned'")
