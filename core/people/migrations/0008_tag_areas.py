"""A tag knows its person's area: special groups are counted without looking up who they are."""

INDEX = "people_person_tag_held"


def up(migrator, db):
    db.execute_sql("ALTER TABLE people_person_tag ADD COLUMN area_code VARCHAR(15) NOT NULL DEFAULT ''")
    db.execute_sql(
        "UPDATE people_person_tag SET area_code = "
        "(SELECT area_code FROM people_person WHERE people_person.id = people_person_tag.person_id)"
    )
    db.execute_sql(f"CREATE INDEX {INDEX} ON people_person_tag (area_code, person_id) WHERE until IS NULL")


def down(migrator, db):
    db.execute_sql(f"DROP INDEX {INDEX}")
    db.execute_sql("ALTER TABLE people_person_tag DROP COLUMN area_code")
