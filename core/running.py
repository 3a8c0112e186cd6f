"""Who serves the county in a data folder: so that nobody moves its database away under a server."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.errors import ConfigError

_FILE = "gridgov.running"
# Held as long as the process lives; the system lets go of it at its end, however that comes.
_held: list[IO[str]] = []


def stay_running(data: Path) -> None:
    """Say until the end of this process that it serves the county. Raises ConfigError while it is moved."""
    file = (data / _FILE).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConfigError([f"{data} 的数据库正在迁移；请等它结束再启动"]) from None
    _held.append(file)


@contextmanager
def nobody_serves(data: Path) -> Iterator[None]:
    """Keep servers away for this block. Raises ConfigError when one is at work."""
    with (data / _FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError([f"{data} 的服务还在运行；请先停止它（systemctl stop gridgov）"]) from None
        yield
