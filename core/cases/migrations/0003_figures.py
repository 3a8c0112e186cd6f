"""The index of the figures stands in the order in which they are grouped, so that nothing is sorted."""

NAME = "cases_case_figures"
OLD = "cases_case (area_code, reported_at, kind, state, thumb, on_the_spot, late)"
NEW = "cases_case (area_code, kind, state, thumb, on_the_spot, late, reported_at)"


def up(migrator, db):
    db.execute_sql(f"DROP INDEX {NAME}")
    db.execute_sql(f"CREATE INDEX {NAME} ON {NEW}")


def down(migrator, db):
    db.execute_sql(f"DROP INDEX {NAME}")
    db.execute_sql(f"CREATE INDEX {NAME} ON {OLD}")
