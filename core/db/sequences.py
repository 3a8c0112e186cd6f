"""Where the next id comes from, after rows were written with ids of their own."""

from core.db.handle import database, engine

_SEQUENCES = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%%'"
)


def continue_ids() -> None:
    """Let every table's next id come after its newest, inside a unit of work. SQLite does so by itself."""
    if engine() != "postgresql":
        return
    for table, column in database.execute_sql(_SEQUENCES).fetchall():
        newest = f'SELECT MAX("{column}") FROM "{table}"'  # noqa: S608 - the catalogue's own names
        database.execute_sql(f"SELECT setval(pg_get_serial_sequence(%s, %s), ({newest}))", (table, column))
