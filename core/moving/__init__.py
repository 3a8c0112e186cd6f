"""Moving a county from SQLite to PostgreSQL, and proving that nothing was lost on the way."""
