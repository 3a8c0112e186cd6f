"""Sums by village are read from an index alone."""


def up(migrator, db):
    db.execute_sql(
        "CREATE INDEX transfer_area_code_kind_points ON points_store_transfer (area_code, kind, points)"
    )
    db.execute_sql("DROP INDEX transfer_area_code_kind")


def down(migrator, db):
    db.execute_sql("CREATE INDEX transfer_area_code_kind ON points_store_transfer (area_code, kind)")
    db.execute_sql("DROP INDEX transfer_area_code_kind_points")
