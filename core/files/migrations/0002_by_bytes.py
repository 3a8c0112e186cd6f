"""The very same photo is found by what it is made of."""


def up(migrator, db):
    db.execute_sql("CREATE INDEX file_sha256 ON files_file (sha256)")


def down(migrator, db):
    db.execute_sql("DROP INDEX file_sha256")
