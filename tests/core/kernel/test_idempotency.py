"""One key, one deed, whatever the line does."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from peewee import AutoField, CharField

from core import audit, idempotency
from core.clock import CHINA, frozen
from core.county import County, close_county, open_county
from core.db import BaseModel, database, unit_of_work
from core.idempotency import Answer, KeyReused, StoredAnswer, fingerprint, forget_old, once
from core.security import Actor

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)
BODY = fingerprint("POST", "/x", b"{}")


class Deed(BaseModel):
    id = AutoField()
    name = CharField()

    class Meta:
        table_name = "trial_deed"


@pytest.fixture(autouse=True)
def tables(kernel: County) -> None:
    database.create_tables([Deed])


def do(name: str = "a", status: int = 200) -> Callable[[], Answer]:
    def produce() -> Answer:
        with unit_of_work():
            deed = Deed.create(name=name)
            audit.record(Actor(1, "甲"), "trial.do_deed", area_code="341504", subject=f"deed:{deed.id}")
        return Answer(status, f'{{"id": "{deed.id}"}}'.encode(), {"Content-Type": "application/json"})

    return produce


def refuse(status: int) -> Callable[[], Answer]:
    return lambda: Answer(status, b"no")


def deeds() -> int:
    return int(Deed.select().count())


def test_the_same_key_gives_the_same_answer_and_one_deed() -> None:
    first = once(1, "k", BODY, do(status=201))
    assert once(1, "k", BODY, do("never")) == first
    assert first == Answer(201, b'{"id": "1"}', {"Content-Type": "application/json"})
    assert deeds() == 1


def test_the_same_key_with_another_request_is_refused_and_does_nothing() -> None:
    once(1, "k", BODY, do())
    for method, path, body in (("POST", "/x", b"[]"), ("PUT", "/x", b"{}"), ("POST", "/y", b"{}")):
        with pytest.raises(KeyReused):
            once(1, "k", fingerprint(method, path, body), do())
    assert deeds() == 1


def test_the_border_between_path_and_body_is_part_of_the_fingerprint() -> None:
    assert fingerprint("POST", "/a", b"b") != fingerprint("POST", "/ab", b"")


def test_a_key_of_another_account_is_another_key() -> None:
    once(1, "k", BODY, do())
    assert once(2, "k", fingerprint("POST", "/x", b"[]"), do()).body == b'{"id": "2"}'
    assert deeds() == 2


def test_a_refusal_is_kept_like_a_deed() -> None:
    assert once(1, "k", BODY, refuse(409)).status == 409
    assert once(1, "k", BODY, do()).status == 409
    assert deeds() == 0


def test_an_answer_of_a_broken_server_is_not_kept() -> None:
    assert once(1, "k", BODY, refuse(503)).status == 503
    assert once(1, "k", BODY, do()).status == 200
    assert deeds() == 1


def test_a_crash_keeps_neither_deed_nor_answer() -> None:
    def crash() -> Answer:
        do()()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(1, "k", BODY, crash)
    assert deeds() == 0
    assert once(1, "k", BODY, do()).status == 200
    assert deeds() == 1


def test_a_key_lives_for_a_day() -> None:
    with frozen(NOON) as move:
        once(1, "k", BODY, do())
        move(NOON + timedelta(hours=24, milliseconds=-1))
        once(1, "k", BODY, do())
        assert deeds() == 1
        move(NOON + timedelta(hours=24))
        assert once(1, "k", fingerprint("POST", "/y", b""), do()).body == b'{"id": "2"}'
        once(1, "k", fingerprint("POST", "/y", b""), do())
        assert deeds() == 2


def test_old_keys_are_forgotten_and_young_ones_kept() -> None:
    with frozen(NOON) as move:
        once(1, "old", BODY, do())
        move(NOON + timedelta(hours=24))
        once(1, "young", BODY, do())
        assert forget_old() == 1
        assert [stored.key for stored in StoredAnswer.select()] == ["young"]


def test_a_key_outlives_the_server(kernel: County) -> None:
    first = once(1, "k", BODY, do())
    close_county()
    open_county(kernel.data)
    assert once(1, "k", BODY, do()) == first
    assert deeds() == 1


def race(do_once: Callable[[], Answer | None]) -> list[Answer | None]:
    answers: list[Answer | None] = []
    start = threading.Barrier(50)

    def call() -> None:
        with database.connection_context():
            start.wait()
            answers.append(do_once())

    threads = [threading.Thread(target=call) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_threads_with_one_key_do_one_deed_and_hear_one_answer() -> None:
    answers = race(lambda: once(1, "k", BODY, do()))
    assert len(answers) == 50
    assert set(map(str, answers)) == {str(answers[0])}
    assert deeds() == 1
    assert audit.verify().broken_at is None


def test_without_the_turn_to_write_fifty_threads_do_more_than_one_deed() -> None:
    # The control: look first and write later, as one would without `once`.
    meeting = threading.Barrier(50)

    def careless() -> None:
        known = Deed.select().count()
        meeting.wait()
        if not known:
            with unit_of_work(housekeeping="the control of a test"):
                Deed.create(name="a")

    race(careless)
    assert deeds() > 1


def test_an_answer_with_chinese_headers_comes_back_as_it_was() -> None:
    answer = Answer(303, b"", {"Location": "/积分?a=1"})
    assert once(1, "k", BODY, lambda: answer) == once(1, "k", BODY, do()) == answer
    assert timedelta(hours=24) == idempotency.KEPT
