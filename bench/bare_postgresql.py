"""The baseline on PostgreSQL: the same transaction by psycopg alone and by pgbench, each a process."""

import json
import random
import re
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psycopg

from core.testing_server import program

WALLETS, STORES = 64, 5
_TABLES = f"""
    CREATE TABLE wallet (id integer PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
    CREATE TABLE code (code text PRIMARY KEY, used_at bigint);
    CREATE TABLE transfer (id serial PRIMARY KEY, at bigint, points integer);
    CREATE TABLE entry (id serial PRIMARY KEY, transfer_id integer, wallet_id integer, points integer);
    CREATE TABLE product (id integer PRIMARY KEY, stock bigint NOT NULL CHECK (stock >= 0));
    CREATE TABLE audit (seq serial PRIMARY KEY, line text, hash text);
    CREATE TABLE answer (key text PRIMARY KEY, body text);
    INSERT INTO wallet SELECT id, 1000000000 FROM generate_series(1, {WALLETS + STORES}) AS id;
    INSERT INTO product SELECT id, 1000000000 FROM generate_series(1, {STORES * 8}) AS id;
"""
_PGBENCH = f"""
\\set wallet random(1, {WALLETS})
\\set store random({WALLETS + 1}, {WALLETS + STORES})
\\set product random(1, {STORES * 8})
BEGIN;
INSERT INTO code VALUES (gen_random_uuid()::text, 1);
UPDATE product SET stock = stock - 1 WHERE id = :product AND stock >= 1;
INSERT INTO transfer (at, points) VALUES (1, 1) RETURNING id \\gset
UPDATE wallet SET balance = balance - 1 WHERE id = :wallet;
INSERT INTO entry (transfer_id, wallet_id, points) VALUES (:id, :wallet, -1);
UPDATE wallet SET balance = balance + 1 WHERE id = :store;
INSERT INTO entry (transfer_id, wallet_id, points) VALUES (:id, :store, 1);
INSERT INTO audit (line, hash) VALUES ('line', 'hash');
INSERT INTO answer VALUES (gen_random_uuid()::text, '{{}}');
COMMIT;
"""


def lay_tables(url: str) -> None:
    """The bare tables in an empty database."""
    with psycopg.connect(url) as link:
        link.execute(_TABLES)


def psycopg_rate(url: str, seconds: float, connections: int) -> float:
    """Redemptions a second of psycopg over so many connections, each in a thread, in a process of its own."""
    command = [sys.executable, "-m", "bench.bare_postgresql", url, str(seconds), str(connections)]
    return float(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def pgbench_rate(url: str, seconds: float, connections: int, folder: Path) -> float:
    """The same by pgbench: statements prepared, no Python anywhere."""
    script = folder / "redeem.sql"
    script.write_text(_PGBENCH)
    whole = str(max(1, round(seconds)))
    command = [program("pgbench"), "-n", "-M", "prepared", "-T", whole, "-c", str(connections), "-j", "2"]
    shown = subprocess.run([*command, "-f", str(script), url], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", shown.stdout)
    assert found is not None, shown.stdout
    return float(found[1])


def _redeem(link: psycopg.Connection, chance: random.Random) -> None:
    key, wallet = uuid.uuid4().hex, chance.randint(1, WALLETS)
    store, product = chance.randint(WALLETS + 1, WALLETS + STORES), chance.randint(1, STORES * 8)
    with link.transaction():
        link.execute("INSERT INTO code VALUES (%s, 1)", (key,))
        link.execute("UPDATE product SET stock = stock - 1 WHERE id = %s AND stock >= 1", (product,))
        made = link.execute("INSERT INTO transfer (at, points) VALUES (1, 1) RETURNING id").fetchone()
        assert made is not None
        for account, points in ((wallet, -1), (store, 1)):
            link.execute("UPDATE wallet SET balance = balance + %s WHERE id = %s", (points, account))
            link.execute(
                "INSERT INTO entry (transfer_id, wallet_id, points) VALUES (%s, %s, %s)",
                (made[0], account, points),
            )
        link.execute("INSERT INTO audit (line, hash) VALUES (%s, %s)", (key, key))
        link.execute("INSERT INTO answer VALUES (%s, '{}')", (key,))


def _main(url: str, seconds: float, connections: int) -> float:
    counts: list[int] = []
    gate = threading.Barrier(connections)

    def work(number: int) -> None:
        chance, done = random.Random(number), 0
        with psycopg.connect(url, autocommit=True) as link:
            for _ in range(10):
                _redeem(link, chance)  # from the fifth on statements are prepared
            gate.wait()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                _redeem(link, chance)
                done += 1
        counts.append(done)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == connections, "a thread failed; its error stands above"
    return sum(counts) / seconds


if __name__ == "__main__":
    print(json.dumps(_main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
