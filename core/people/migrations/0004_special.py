"""Special groups are looked up by their tag, persons who need attention by their risk level."""

NEW = {
    "persontag_tag_person_id": "people_person_tag (tag, person_id)",
    "person_risk_level_area_code": "people_person (risk_level, area_code)",
}


def up(migrator, db):
    for name, columns in NEW.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")


def down(migrator, db):
    for name in NEW:
        db.execute_sql(f"DROP INDEX {name}")
