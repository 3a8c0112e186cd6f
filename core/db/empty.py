"""A database in which nothing is yet: a new county demands one, and gives it back empty if it fails."""

from core.db.handle import database, engine

_FUNCTIONS = (
    "SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def is_empty() -> bool:
    """Whether there is no table."""
    return not database.get_tables()


def make_empty() -> None:
    """Drop all tables and functions of a PostgreSQL database. On SQLite the file is deleted instead."""
    assert engine() == "postgresql"
    with database.atomic():
        for table in database.get_tables():
            database.execute_sql(f'DROP TABLE "{table}" CASCADE')
        # Extensions (somebody else has installed them) keep theirs.
        for (function,) in database.execute_sql(_FUNCTIONS).fetchall():
            database.execute_sql(f"DROP FUNCTION {function} CASCADE")
