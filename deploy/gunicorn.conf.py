"""gridgov behind gunicorn: gunicorn --config deploy/gunicorn.conf.py

On SQLite one process of threads, since one writer serves all of them fairly; on PostgreSQL
GRIDGOV_WORKERS processes (the number of cores). The worker runs beside it: `gridgov worker`.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

_DATA = Path(os.environ.get("GRIDGOV_DATA", "data"))
_ON_POSTGRESQL = bool(os.environ.get("GRIDGOV_DATABASE")) or (_DATA / "database.url").exists()

wsgi_app = "core.wsgi:create_server()"
bind = os.environ.get("GRIDGOV_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("GRIDGOV_WORKERS", os.cpu_count() or 2)) if _ON_POSTGRESQL else 1
worker_class = "gthread"
threads = 8
# A request in work is finished; what hangs longer is cut off. systemd waits 40 s.
graceful_timeout = 30
timeout = 60
keepalive = 5
# An app holds open connections and locks, which no fork may share.
preload_app = False
control_socket_disable = True
# gridgov writes a line a request itself, with the pattern of the address; gunicorn's would hold the address.
accesslog = None
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonLines"}},
    "handlers": {"error": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"gunicorn.error": {"handlers": ["error"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["error"], "level": "INFO"},
}

# The figures of several processes add up through files in a folder.
if workers > 1 and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="gridgov-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    """A process has ended: its gauges go, its counters stay."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
