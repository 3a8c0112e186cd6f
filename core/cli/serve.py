"""gridgov serve and web: a process that answers pages and the JSON interface, with a worker or without."""

import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from core.cli.context import data_option
from core.cli.keeper import WorkerKeeper
from core.county import close_county, open_county
from core.errors import DomainError
from core.logs import configure_logs
from core.text import N_

# SQLite wants all writers in one process (core.db); eight threads keep two to four cores busy
# while some of them wait for the disk.
THREADS = 8
STOP_SECONDS = 30
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class PortTaken(DomainError):
    """Somebody else listens there."""

    code = "port_taken"
    text = N_("端口 %(port)d 已被其他程序占用；请停掉它，或换一个端口：--port %(other)d")


class AddressUnusable(DomainError):
    """This machine has no such address, or the port needs more rights."""

    code = "address_unusable"
    text = N_("无法在 %(host)s 端口 %(port)d 上提供服务（%(reason)s）；请换一个 --host 或 --port")


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 表示所有网卡。")
def serve(data: Path, port: int, host: str) -> None:
    """启动网页和接口服务，以及工作进程；按 Ctrl-C 或发送 SIGTERM 停止（正在处理的请求和事件会先做完）。"""
    serve_county(data, host, port, lambda: click.echo(f"gridgov 已启动：{address(host, port)}"))


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 表示所有网卡。")
def web(data: Path, port: int, host: str) -> None:
    """只启动网页和接口服务；事件和定时任务由 gridgov worker 处理。"""
    say = f"gridgov 网页已启动：{address(host, port)}"
    serve_county(data, host, port, lambda: click.echo(say), with_worker=False)


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def demand_free(host: str, port: int) -> None:
    """Raises PortTaken or AddressUnusable when nothing can listen on `port` at `host`."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does, so that a port that was just given up counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, other=port + 1 if port < 65535 else 8000) from None
        raise AddressUnusable(host=host, port=port, reason=error.strerror or str(error)) from None


def serve_county(
    data: Path, host: str, port: int, say_ready: Callable[[], None], *, with_worker: bool = True
) -> None:
    """Serve the county in `data` until SIGTERM or SIGINT; requests in work are finished first.

    `say_ready` is called when the first request can be answered; then the worker process is
    started, which is kept running as long as this one. Raises ConfigError when the county cannot
    be opened, then PortTaken or AddressUnusable.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    # Mistakes of the county must be sentences here, before there is a worker process.
    open_county(data)
    close_county()
    demand_free(host, port)
    os.environ["GRIDGOV_DATA"] = str(data.resolve())
    configure_logs()
    parent, keeper = os.getpid(), WorkerKeeper(data) if with_worker else None

    def load_worker() -> Callable[..., Any]:
        server = _create_worker(parent)
        say_ready()
        if keeper is not None:
            keeper.web_is_ready()
        return server

    granian = Granian(
        "core.wsgi:create_server",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_SECONDS,
    )
    if keeper is not None:
        keeper.start()
    try:
        granian.serve(target_loader=load_worker, wrap_loader=False)
    finally:
        if keeper is not None:
            keeper.stop()


def _create_worker(parent: int) -> Callable[..., Any]:
    from core.wsgi import create_server

    try:
        server = create_server()
    except DomainError as error:
        click.echo(error.sentence(), err=True)
        raise SystemExit(1) from None
    threading.Thread(target=_follow_parent, args=(parent,), daemon=True).start()
    return server


def _follow_parent(parent: int) -> None:
    # When the main process is killed outright, the worker must not go on holding the port.
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
