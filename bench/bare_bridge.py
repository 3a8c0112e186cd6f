"""The least that takes messages from a broker: paho and sqlite3, a commit a batch, acknowledged after it."""

import queue
import sqlite3
import time
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

_BATCH = 400
_TABLES = """
    PRAGMA journal_mode=wal;
    CREATE TABLE message (id INTEGER PRIMARY KEY, topic TEXT, payload BLOB UNIQUE, at REAL);
"""


def subscribe(port: int, name: str, topic: str) -> None:
    """Make a session that the broker keeps, and go."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
    heard: queue.Queue[bool] = queue.Queue()

    def on_connect(*_: object) -> None:
        client.subscribe(topic, 1)

    client.on_connect = on_connect
    client.on_subscribe = lambda *_: heard.put(True)
    client.connect("127.0.0.1", port)
    client.loop_start()
    heard.get(timeout=10)
    client.disconnect()
    client.loop_stop()


def bare_rate(file: Path, port: int, name: str, number: int) -> float:
    """Messages a second of the session `name`, of which the broker has `number`; a payload is kept once."""
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(_TABLES)
    db.execute("PRAGMA synchronous=full")
    waiting: queue.Queue[MQTTMessage] = queue.Queue()
    client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=True)
    client.on_message = lambda _, __, message: waiting.put(message)
    client.connect("127.0.0.1", port)
    client.loop_start()
    batch = [waiting.get(timeout=30)]
    began, done = time.perf_counter(), 0
    while done < number:
        while len(batch) < _BATCH:
            try:
                batch.append(waiting.get(timeout=0.002))
            except queue.Empty:
                break
        db.execute("BEGIN IMMEDIATE")
        at = time.time()
        db.executemany(
            "INSERT OR IGNORE INTO message (topic, payload, at) VALUES (?, ?, ?)",
            [(each.topic, each.payload, at) for each in batch],
        )
        db.execute("COMMIT")
        for each in batch:
            client.ack(each.mid, each.qos)
        done += len(batch)
        batch = [] if done >= number else [waiting.get(timeout=30)]
    took = time.perf_counter() - began
    client.disconnect()
    client.loop_stop()
    db.close()
    return number / took
