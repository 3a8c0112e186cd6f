"""gridgov serve and web: a process that answers pages and the JSON interface, with a worker or without."""

import errno
import faulthandler
import multiprocessing
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
from core.cli.keeper import Keeper, companion_words, worker_words
from core.county import close_county, open_county
from core.errors import DomainError
from core.logs import configure_logs
from core.memory import starting
from core.text import N_

# SQLite wants all writers in one process (core.db). Eight threads keep two to four cores busy while some of
# them wait for the disk; the others are there for when plugins hold some (core.visits).
THREADS = 32
STOP_SECONDS, MOMENT_SECONDS = 30, 0.5
FROZEN_SECONDS = 60
LISTENING_SECONDS = 10.0
_NUDGE = signal.SIGURG  # nobody else sends it
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
@click.option("--certificate", is_flag=True, help="用 gridgov certificate 生成的证书提供 HTTPS。")
def serve(data: Path, port: int, host: str, certificate: bool) -> None:
    """启动网页和接口服务，以及工作进程；按 Ctrl-C 或发送 SIGTERM 停止（正在处理的请求和事件会先做完）。"""
    files = _certificate(data) if certificate else None
    say = f"gridgov 已启动：{address(host, port, https=certificate)}"
    serve_county(data, host, port, lambda: click.echo(say), certificate=files)


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 表示所有网卡。")
def web(data: Path, port: int, host: str) -> None:
    """只启动网页和接口服务；事件和定时任务由 gridgov worker 处理。"""
    say = f"gridgov 网页已启动：{address(host, port)}"
    serve_county(data, host, port, lambda: click.echo(say), with_worker=False)


def address(host: str, port: int, *, https: bool = False) -> str:
    """What to type into a browser on this machine."""
    shown = _reached_at(host)
    scheme = "https" if https else "http"
    return f"{scheme}://[{shown}]:{port}/" if ":" in shown else f"{scheme}://{shown}:{port}/"


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
    data: Path,
    host: str,
    port: int,
    say_ready: Callable[[], None],
    *,
    with_worker: bool = True,
    certificate: tuple[Path, Path] | None = None,
) -> None:
    """Serve the county in `data` until SIGTERM or SIGINT; requests in work are finished first.

    `say_ready` is called when the first request can be answered; then the worker process and the companions
    of plugins are started, which are kept running as long as this one. `certificate`: files of it
    and of its key, for HTTPS. Raises ConfigError when the county cannot be opened, then PortTaken or
    AddressUnusable.
    """
    with starting():
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces, SSLProtocols
        from granian.log import LogLevels

        # Mistakes of the county must be sentences here, before there is a worker process.
        county = open_county(data)
        close_county()
        beside = [worker_words(data), *companion_words(county)] if with_worker else []
    demand_free(host, port)
    os.environ["GRIDGOV_DATA"] = str(data.resolve())
    configure_logs()
    parent, keeper = os.getpid(), Keeper(beside)
    began = multiprocessing.get_context("fork").Value("d", 0.0)

    def load_worker() -> Callable[..., Any]:
        _forget_signals()
        server = _create_worker(parent)
        is_first, began.value = not began.value, time.monotonic()
        if is_first:
            threading.Thread(target=_when_listening, args=(host, port, welcome), daemon=True).start()
        return server

    def welcome() -> None:
        say_ready()
        keeper.begin()

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
        respawn_interval=0.1,
        ssl_cert=certificate[0] if certificate else None,
        ssl_key=certificate[1] if certificate else None,
        ssl_protocol_min=SSLProtocols.tls12,  # browsers of office machines are old
    )
    # One that dies at work (killed for want of memory, or by what a plugin does outside of Python) is
    # replaced; one that cannot begin has said why, and a second one would say the same.
    granian.respawn_failed_workers = _WhenBegun(began)  # type: ignore[assignment]
    let_begin(granian, began)
    heed_signals()
    keeper.start()
    try:
        granian.serve(target_loader=load_worker, wrap_loader=False)
    finally:
        signal.set_wakeup_fd(-1)
        keeper.stop()


def let_begin(granian: Any, began: Any) -> None:
    """Let granian tell a worker to stop only when that can be heard.

    A worker misses a signal in the moment in which it begins to listen, and would be waited for until it is
    killed (STOP_SECONDS). `began`: when the worker had its app, by the machine's monotonic clock.
    """
    stop_workers = granian._stop_workers

    def stop_when_begun() -> None:
        time.sleep(max(0.0, began.value + MOMENT_SECONDS - time.monotonic()))
        stop_workers()

    granian._stop_workers = stop_when_begun


def heed_signals() -> None:
    """Let the main thread of this process run the handlers of SIGTERM and SIGINT soon, though it sleeps.

    Python runs handlers there alone, and granian's main threads sleep until the end: a signal that the kernel
    hands to another thread, or that comes just before one falls asleep, would wake nobody.
    """
    main, (heard, noted) = threading.main_thread().ident, os.pipe()
    assert main is not None
    os.set_blocking(noted, False)
    signal.signal(_NUDGE, lambda *_: None)
    signal.set_wakeup_fd(noted, warn_on_full_buffer=False)

    def nudge() -> None:
        while numbers := os.read(heard, 16):
            if set(numbers) & {signal.SIGTERM, signal.SIGINT}:
                for _ in range(5):
                    time.sleep(0.02)
                    signal.pthread_kill(main, _NUDGE)

    threading.Thread(target=nudge, name="signals", daemon=True).start()


def _certificate(data: Path) -> tuple[Path, Path]:
    # Imported late: what makes certificates takes long to import, and the usual start is without.
    from core.cli.certificate import certificate_files

    return certificate_files(data)


def _when_listening(host: str, port: int, act: Callable[[], None]) -> None:
    # granian listens a moment after it was given the app; whoever was told before that would be refused.
    deadline = time.monotonic() + LISTENING_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((_reached_at(host), port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            break
    act()


def _reached_at(host: str) -> str:
    # What listens at every address of this machine listens at its own.
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


class _WhenBegun:
    """True as soon as a worker has begun; granian asks when one has died."""

    def __init__(self, began: Any) -> None:
        self._began = began

    def __bool__(self) -> bool:
        return bool(self._began.value)


def _forget_signals() -> None:
    # This process is a copy of its parent, whose way with signals would swallow them until there are requests
    # to be finished. Until then it may just end; Ctrl-C, which reaches both, is the parent's to hear.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    heed_signals()


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
        # Code outside of Python (a hopeless regular expression, say) can stop all threads, this one too:
        # then the process ends itself, with a trace of who did it, and is replaced.
        faulthandler.dump_traceback_later(FROZEN_SECONDS, exit=True)
        time.sleep(0.5)
    faulthandler.cancel_dump_traceback_later()
    os.kill(os.getpid(), signal.SIGTERM)
