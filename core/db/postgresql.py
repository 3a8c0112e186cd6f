"""PostgreSQL as the county's database: what is demanded of it, and which connections still live."""

import select
from collections.abc import Sequence
from typing import Any

from playhouse.pool import PooledPostgresqlDatabase

from core.db.unit import WRITE_WAIT_SECONDS
from core.errors import ConfigError
from core.lending import Lendable

# A server that does not answer must not hold a counter up: connecting and every answer are bounded.
PARAMETERS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "application_name": "gridgov",
    "options": (
        f"-c lock_timeout={int(WRITE_WAIT_SECONDS * 1000)} -c statement_timeout=60000 "
        "-c idle_in_transaction_session_timeout=120000 -c synchronous_commit=on -c timezone=UTC "
        "-c client_min_messages=warning"
    ),
}
# Text must sort by its bytes: area codes are ranges of text. The provider's name is newer than
# some servers that we take, so it is asked for in a way that all of them understand.
_NATURE = (
    "SELECT pg_encoding_to_char(d.encoding), d.datcollate, coalesce(to_jsonb(d)->>'datlocprovider', 'c') "
    "FROM pg_database d WHERE d.datname = current_database()"
)
_BYTEWISE = {"c", "posix", "c.utf8", "c.utf-8"}
CREATE_DATABASE = "createdb -T template0 -E UTF8 --locale=C.UTF-8"


class PostgresqlHandle(Lendable, PooledPostgresqlDatabase):  # type: ignore[misc]  # playhouse is untyped
    """PostgreSQL over psycopg 3."""

    _is_examined = False

    def _connect(self) -> Any:
        connection = super()._connect()
        if not self._is_examined:
            try:
                _demand_bytewise(connection)
            except BaseException:
                self._close(connection, close_conn=True)
                raise
            self._is_examined = True
        return connection

    def run(self, sql: str, parameters: Sequence[Any]) -> Any:
        """Run a statement; psycopg has it prepared on the server from its fifth time on."""
        return self.execute_sql(sql, parameters)

    def _is_closed(self, connection: Any) -> bool:
        # playhouse asks the server, at every request. But a server that has gone says so, and an
        # idle connection has nothing else to say.
        if connection.closed:
            return True
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if poll.poll(0):
            connection.close()  # playhouse only forgets it
            return True
        return False


def _demand_bytewise(connection: Any) -> None:
    encoding, collation, provider = connection.execute(_NATURE).fetchone()
    # Provider: c of the system, i of ICU, b PostgreSQL's own, which is always bytewise.
    if encoding == "UTF8" and (provider == "b" or (provider == "c" and collation.lower() in _BYTEWISE)):
        return
    raise ConfigError(
        [
            f"PostgreSQL 数据库 {connection.info.dbname} 的编码是 {encoding}、排序规则是 {collation}"
            f"{'（ICU）' if provider == 'i' else ''}；gridgov 需要 UTF8 和按字节排序（C.UTF-8），"
            f"请这样新建数据库：{CREATE_DATABASE} 数据库名"
        ]
    )
