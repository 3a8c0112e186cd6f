"""How long a process that ended is waited for before it is started again."""

import os
import signal

from core.cli.keeper import PAUSES, _Kept


def pauses_after(statuses, monkeypatch):
    """The pauses of a keeper whose process ends with these, one after the other, at once."""
    begins, begin = os.pipe()
    os.write(begin, b"1")
    kept, ended, waited = _Kept(["worker"], begins), iter(statuses), []

    def run_once():
        status = next(ended, None)
        if status is None:
            kept.stopping.set()
        return status

    monkeypatch.setattr(kept, "_run_once", run_once)
    monkeypatch.setattr(kept.stopping, "wait", waited.append)
    kept._run()
    os.close(begins)
    os.close(begin)
    return waited


def test_what_fails_by_itself_is_started_after_growing_pauses(monkeypatch):
    assert pauses_after([1] * 8, monkeypatch) == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert pauses_after([-signal.SIGSEGV] * 3, monkeypatch) == [*PAUSES[:3]]


def test_what_was_killed_or_asked_for_it_is_started_soon_however_often(monkeypatch):
    assert pauses_after([-signal.SIGKILL] * 8, monkeypatch) == [PAUSES[0]] * 8
    assert pauses_after([1, 1, 0, 1], monkeypatch) == [PAUSES[0], PAUSES[1], PAUSES[0], PAUSES[0]]
