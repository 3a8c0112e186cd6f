"""An index goes by which nothing is looked for: it was written anew with every word of an entry."""


def up(migrator, db):
    db.execute_sql("DROP INDEX entrywords_cut_with")


def down(migrator, db):
    db.execute_sql("CREATE INDEX entrywords_cut_with ON diary_entry_words (cut_with)")
