"""Indexes for figures by kind and for drawing what was answered lately; the one for figures makes way."""

NEW = {
    "cases_case_figures": "cases_case (area_code, reported_at, kind, state, thumb, on_the_spot, late)",
    "cases_case_resolved": "cases_case (resolved_at)",
}
OLD = "case_area_code_reported_at_state_thumb_on_the_spot_late"
OLD_COLUMNS = "cases_case (area_code, reported_at, state, thumb, on_the_spot, late)"


def up(migrator, db):
    for name, columns in NEW.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")
    db.execute_sql(f"DROP INDEX {OLD}")


def down(migrator, db):
    db.execute_sql(f"CREATE INDEX {OLD} ON {OLD_COLUMNS}")
    for name in NEW:
        db.execute_sql(f"DROP INDEX {name}")
