"""Call button: presses from a real broker onto the board, what kills cost, messages a second, the silent."""

import itertools
import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench.bare_bridge import bare_rate, subscribe
from bench.figures import Rounds, Row, Run
from core.cli.context import opened_with_plugins
from core.clock import now
from core.db import database, insert_rows, milliseconds, unit_of_work
from core.heartbeat import companion_sign
from plugins.call_button.models.devices import Device
from plugins.call_button.services.silence import flag_silent
from tools.mosquitto import Mosquitto, Publisher
from tools.running import GRIDGOV

PLUGIN, COMPANION = "call_button", "call_button.bridge"
DEVICES, A_SECOND, SECONDS, KILLS, COPIES, SILENT = 10_000, 100, 60, 20, 3, 500
# What waits in the broker when messages a second are measured. It writes all that waits after each change, so
# of ten thousand each costs fifty times what it costs of two hundred, whoever takes them.
WAITING = 2_000
# A device or gateway repeats what it sends after a moment.
APART = 0.3
ON_TIME = 2.0
BARE, STATES, PRESSES = "bare paho + sqlite3", "states stored", "presses stored, each sent three times"
_READY = 60.0


def measure(run: Run) -> list[Row]:
    """P14 and the figures of the call button."""
    data = run.place("calls") / "county"
    run.make_county(data, "acceptance")
    _allow(data)
    found, devices = Rounds(), run.few(DEVICES, 120)
    with opened_with_plugins(data):
        names = _hang(devices)
        broker = Mosquitto(data.parent / "broker")
        try:
            with _bridging(data, broker) as bridge:
                quiet = _pressed(run, bridge, broker, names[: len(names) // 2], kills=0)
                run.say(f"{len(quiet.sent)} presses, nothing killed")
                killed = _pressed(run, bridge, broker, names[len(names) // 2 :], kills=run.few(KILLS, 2))
                run.say(f"{len(killed.sent)} presses, bridge and broker killed {killed.kills} times each")
            for number in range(run.rounds):
                _rates(run, data, broker, names[: run.few(WAITING, 120)], found, number)
        finally:
            broker.stop()
        _silence(names, run.few(SILENT, 5), found)
    _add(found, quiet, "")
    _add(found, killed, ", killed")
    return _rows(found, run, killed)


def _allow(data: Path) -> None:
    """Let the county use the call button, whatever its config allowed before."""
    config = data / "config.toml"
    text = config.read_text("utf-8")
    if f'"{PLUGIN}"' not in text:
        config.write_text(text.replace("allowed = [", f'allowed = ["{PLUGIN}", '), "utf-8")
    subprocess.run([GRIDGOV, "plugin", "enable", PLUGIN, "--data", str(data)], check=True)


_COLUMNS = (
    *("area_code", "household_id", "kind", "driver", "model", "source", "serial", "place", "keys"),
    *("sequence", "state", "registered_at", "registered_by", "ended_why"),
)


def _hang(number: int) -> list[str]:
    """So many callers in the homes of the county; their names."""
    homes = database.execute_sql(
        "SELECT id, area_code FROM people_household ORDER BY id LIMIT 200"
    ).fetchall()
    names, at = [f"bench-{index}" for index in range(number)], milliseconds(now())
    rows = [
        (
            *(homes[index % len(homes)][1], homes[index % len(homes)][0], "button"),
            *("call_button.generic_mqtt", "generic_4", name, "", "", "", 0, "active", at, 1, ""),
        )
        for index, name in enumerate(names)
    ]
    with unit_of_work(housekeeping="callers by the thousand"):
        insert_rows(Device, _COLUMNS, rows)
    return names


class _Bridge:
    """`gridgov bridge`, which starts its companion again when that is killed."""

    def __init__(self, data: Path, broker: Mosquitto) -> None:
        self._broker = broker
        environment = {**os.environ, "GRIDGOV_MQTT": f"mqtt://127.0.0.1:{broker.port}"}
        with (data.parent / "bridge.log").open("ab") as log:
            self._process = subprocess.Popen(
                [GRIDGOV, "bridge", "--standby", "--data", str(data)], env=environment, stdout=log, stderr=log
            )

    def kill_companion(self) -> None:
        """The one that listens, as the kernel does for want of memory; not the one that stands by."""
        for place in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                listens = parent == self._process.pid and self._broker.port in _peers(place)
            except OSError:
                continue
            if listens:
                os.kill(int(place.name), signal.SIGKILL)

    def stop(self) -> None:
        """In order."""
        self._process.terminate()
        self._process.wait(60)


def _peers(place: Path) -> set[int]:
    """The ports at the other ends of a process's connections (its folder in /proc)."""
    own = {os.readlink(each) for each in (place / "fd").iterdir()}
    lines = [line.split() for line in (place / "net/tcp").read_text().splitlines()[1:]]
    return {int(line[2].rpartition(":")[2], 16) for line in lines if f"socket:[{line[9]}]" in own}


@contextmanager
def _bridging(data: Path, broker: Mosquitto) -> Iterator[_Bridge]:
    began, bridge = now(), _Bridge(data, broker)
    try:
        deadline = time.monotonic() + _READY
        while (sign := companion_sign(COMPANION)) is None or (
            sign.started_at < began or not sign.figures["connected"]
        ):
            if time.monotonic() > deadline:
                raise RuntimeError("the bridge did not connect")
            time.sleep(0.05)
        yield bridge
    finally:
        bridge.stop()


@dataclass
class _Pressed:
    """When each caller was pressed, and when the board had its call; `mids` are the copies that were sent."""

    kills: int = 0
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    mids: dict[str, list[int]] = field(default_factory=dict)

    @property
    def waits(self) -> list[float]:
        """Seconds from the press to the board, the shortest first."""
        return sorted(self.seen[name] - at for name, at in self.sent.items())


def _pressed(run: Run, bridge: _Bridge, broker: Mosquitto, names: list[str], *, kills: int) -> _Pressed:
    """Press a caller after the other, each once in three copies, and look at the board meanwhile."""
    done, stopping = _Pressed(kills), threading.Event()
    publisher = Publisher(broker.port, name=f"bench-{kills}")
    seconds = run.few(SECONDS, 4)
    rate = min(run.few(A_SECOND, 10), len(names) / seconds)
    watching = threading.Thread(target=_watch, args=(done.seen, stopping))
    watching.start()
    killing = threading.Thread(target=_kill, args=(bridge, broker, kills, seconds))
    killing.start()
    _press(done, publisher, names, rate, seconds)
    killing.join()
    try:
        _await_all(done, publisher)
    finally:
        stopping.set()
        watching.join()
        publisher.close()
    _demand_once(done)
    return done


def _press(done: _Pressed, publisher: Publisher, names: list[str], rate: float, seconds: float) -> None:
    began, waiting = time.monotonic(), iter(names)
    due: list[tuple[float, str]] = []
    for index in itertools.count():
        at = began + index / rate
        name = next(waiting, None) if at - began < seconds else None
        if name is not None:
            due += [(at + copy * APART, name) for copy in range(COPIES)]
        elif not due:
            return
        due.sort()
        while due and due[0][0] <= max(at, time.monotonic()):
            when, name = due.pop(0)
            time.sleep(max(0.0, when - time.monotonic()))
            done.sent.setdefault(name, time.monotonic())
            body = json.dumps({"key": "1", "number": 1}).encode()
            done.mids.setdefault(name, []).append(publisher.publish(f"gridgov/{name}/press", body))


def _watch(seen: dict[str, float], stopping: threading.Event) -> None:
    """What a board asks for, twenty times a second: the calls above the number that it has seen."""
    with database.connection_context():
        number = _newest()
        while not stopping.wait(0.05):
            rows = database.execute_sql(
                "SELECT changed, source FROM call_button_call AS call JOIN call_button_device AS device "
                f"ON device.id = call.device_id WHERE changed > {number} ORDER BY changed"
            ).fetchall()
            at = time.monotonic()
            for changed, source in rows:
                seen.setdefault(source, at)
                number = changed


def _newest() -> int:
    return int(database.execute_sql("SELECT COALESCE(MAX(changed), 0) FROM call_button_call").fetchone()[0])


def _kill(bridge: _Bridge, broker: Mosquitto, kills: int, seconds: float) -> None:
    chance = random.Random(8)
    for _ in range(kills):
        time.sleep(seconds / kills * chance.uniform(0.3, 0.7))
        bridge.kill_companion()
        time.sleep(seconds / kills * chance.uniform(0.1, 0.3))
        broker.kill()
        broker.start()


def _await_all(done: _Pressed, publisher: Publisher) -> None:
    deadline = time.monotonic() + 2 * _READY
    while done.sent.keys() - done.seen.keys() or not all(
        set(mids) <= publisher.acknowledged for mids in done.mids.values()
    ):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(done.sent.keys() - done.seen.keys())} presses are not on the board")
        time.sleep(0.1)


def _demand_once(done: _Pressed) -> None:
    """Each caller has one press and one call. Raises RuntimeError."""
    for table, join in (("press", "press.device_id"), ("call", "call.device_id")):
        rows = database.execute_sql(
            f"SELECT source, COUNT(*) FROM call_button_{table} AS {table} "
            f"JOIN call_button_device AS device ON device.id = {join} GROUP BY source"
        ).fetchall()
        counted = dict(rows)
        if wrong := [name for name in done.sent if counted.get(name, 0) != 1]:
            raise RuntimeError(f"{len(wrong)} callers have not one {table}: {wrong[:5]}")


def _rates(run: Run, data: Path, broker: Mosquitto, names: list[str], found: Rounds, round_: int) -> None:
    """The broker has so many messages: how fast bare code takes them, and the bridge."""
    states = [(f"gridgov/{name}/state", b'{"battery": %d, "link": %d}' % (90, round_)) for name in names]
    presses = [
        (f"gridgov/{name}/press", json.dumps({"key": "1", "number": 100 + round_}).encode())
        for name in names[: len(names) // 3]
        for _ in range(COPIES)
    ]
    bare = f"bare-{round_}"
    subscribe(broker.port, bare, "gridgov/#")
    _fill(broker, states)
    found.add(BARE, bare_rate(data.parent / f"{bare}.db", broker.port, bare, len(states)))
    before = _total("SELECT COUNT(*) FROM call_button_press")
    found.add(STATES, _drained(data, broker, _IS_HEARD.format(round_), len(states)))
    _fill(broker, presses)
    count = f"SELECT COUNT(*) - {before} FROM call_button_press"
    found.add(PRESSES, COPIES * _drained(data, broker, count, len(presses) // COPIES))
    run.say(f"messages into the database, round {round_ + 1} of {run.rounds}")


_IS_HEARD = "SELECT COUNT(*) FROM call_button_device WHERE battery = 90 AND link = {}"


def _fill(broker: Mosquitto, messages: list[tuple[str, bytes]]) -> None:
    publisher = Publisher(broker.port)
    mids = {publisher.publish(topic, payload) for topic, payload in messages}
    while not mids <= publisher.acknowledged:
        time.sleep(0.02)
    publisher.close()


def _drained(data: Path, broker: Mosquitto, count: str, number: int) -> float:
    """Rows a second, from the first look that finds some to the last row; `count` says how many there are."""
    bridge = _Bridge(data, broker)
    try:
        deadline = time.monotonic() + 10 * _READY
        first, began = 0, 0.0
        while (there := _total(count)) < number:
            if there and not first:
                first, began = there, time.perf_counter()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{there} of {number} messages are stored")
            time.sleep(0.005)
        took = time.perf_counter() - began
    finally:
        bridge.stop()
    # All of it in one look: as fast as can be told.
    return (number - first) / took if first else number / 0.005


def _total(query: str) -> int:
    return int(database.execute_sql(query).fetchone()[0])


def _silence(names: list[str], number: int, found: Rounds) -> None:
    """So many are not heard of for two days, the others just now: those are flagged and no other."""
    with unit_of_work(housekeeping="some fall silent"):
        silent = names[:: len(names) // number][:number]
        Device.update(seen_at=now(), silent_since=None).execute()
        for name in silent:
            Device.update(seen_at=now() - timedelta(days=2)).where(Device.source == name).execute()
    began = time.perf_counter()
    flagged = flag_silent()
    found.add("silent", 1000 * (time.perf_counter() - began))
    rows = database.execute_sql(
        "SELECT source FROM call_button_device WHERE silent_since IS NOT NULL"
    ).fetchall()
    if flagged != number or {source for (source,) in rows} != set(silent):
        raise RuntimeError(f"{flagged} flagged, {number} are silent")


def _add(found: Rounds, done: _Pressed, which: str) -> None:
    waits = done.waits
    late = sum(1 for wait in waits if wait > ON_TIME)
    found.add(f"on time{which}", 100 * (1 - late / len(waits)))
    found.add(f"p50{which}", 1000 * waits[len(waits) // 2])
    found.add(f"p99{which}", 1000 * waits[min(len(waits) - 1, len(waits) * 99 // 100)])
    found.add(f"worst{which}", 1000 * waits[-1])
    found.add(f"presses{which}", len(waits))


def _rows(found: Rounds, run: Run, killed: _Pressed) -> list[Row]:
    how = f"bridge and broker killed {killed.kills} times each"
    return [
        found.row("presses", "presses", baseline="each sent three times, each in exactly one call"),
        found.row("on time", "%", ">= 99.9", baseline="on the board within 2 s"),
        found.row("p50", "ms", baseline="press to board, which looks every 50 ms"),
        found.row("p99", "ms", "<= 300"),
        found.row("worst", "ms"),
        found.row("presses, killed", "presses", baseline=f"{how}; each in exactly one call"),
        found.row("on time, killed", "%", ">= 99.9", baseline="on the board within 2 s"),
        found.row("p50, killed", "ms"),
        found.row("worst, killed", "ms", baseline="the longest a press waited for a restart"),
        found.row(BARE, "/s", baseline="messages, a commit a batch"),
        found.row(STATES, "/s", baseline="messages of as many devices"),
        found.ratio(f"P14 {STATES} / bare", STATES, BARE, ">= 0.3"),
        found.row(PRESSES, "/s", baseline="messages; each third one a press that rings"),
        found.ratio(f"P14 {PRESSES} / bare", PRESSES, BARE),
        found.row("silent", "ms", baseline=f"{run.few(SILENT, 5)} silent ones flagged, no other"),
    ]
