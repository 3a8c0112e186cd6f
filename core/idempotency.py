"""One key, one deed: a repeated write gets the stored answer instead of being done again.

The answer is stored in the transaction of the deed, so a kill or power cut keeps both or
neither. A key belongs to its account; while the first request is still running, a repeat
waits its turn at the write lock and then gets the same answer.
(IETF draft Idempotency-Key; Stripe keeps keys for 24 h.)
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta

from peewee import (
    BigIntegerField,
    BlobField,
    CharField,
    CompositeKey,
    IntegerField,
    PeeweeException,
    TextField,
)

from core.clock import now
from core.db import (
    BaseModel,
    MomentField,
    Statement,
    broke_off,
    hold,
    milliseconds,
    reconnect,
    unit_of_work,
)
from core.errors import DomainError
from core.keys import Keys
from core.text import N_
from core.value_classes import value_class

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
# How long a request is tried again whose database broke off.
TRY_AGAIN_SECONDS = 3.0
_PAUSE_SECONDS = 0.1
_PURPOSE = "core_stored_answer.body"
_COLUMNS = ("account_id", "key", "fingerprint", "status", "headers", "body", "created_at")


class StoredAnswer(BaseModel):
    """What was answered to a key."""

    account_id = BigIntegerField()
    key = CharField(max_length=255)
    fingerprint = CharField(max_length=64)
    status = IntegerField()
    headers = TextField()
    body = BlobField()
    created_at = MomentField(index=True)

    class Meta:
        table_name = "core_stored_answer"
        primary_key = CompositeKey("account_id", "key")


class KeyReused(DomainError):
    """The key came before with another request (422 by the draft)."""

    code, status = "idempotency_key_reused", 422
    text = N_("这个请求编号已用于另一项操作，请刷新页面后重新提交。")


class KeyMissing(DomainError):
    """Writes that move points need a key, or a retry on a bad line would book twice."""

    code, status = "idempotency_key_missing", 400
    text = N_("缺少请求编号（Idempotency-Key），为防止重复记账，本次没有执行。")


@value_class
class Answer:
    """An HTTP answer in plain parts."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


_FIND = Statement(
    lambda p: StoredAnswer.select(
        StoredAnswer.fingerprint, StoredAnswer.status, StoredAnswer.headers, StoredAnswer.body
    ).where(
        (StoredAnswer.account_id == p("account_id"))
        & (StoredAnswer.key == p("key"))
        & (StoredAnswer.created_at > p("since"))
    )
)
# An old answer under the same key has outlived KEPT: the new one takes its place.
_STORE = Statement(
    lambda p: StoredAnswer.insert({name: p(name) for name in _COLUMNS}).on_conflict(
        conflict_target=[StoredAnswer.account_id, StoredAnswer.key],
        preserve=[getattr(StoredAnswer, name) for name in _COLUMNS[2:]],
    )
)


def once(
    account_id: int,
    key: str,
    request_fingerprint: str,
    produce: Callable[[], Answer],
    *,
    shared: bool = False,
) -> Answer:
    """The answer stored under `key`, or that of `produce`, stored with whatever it wrote.

    `produce` turns refusals into answers itself; an exception from it stores nothing. `shared`: all
    that it does is fit for a shared unit of work. Where the database breaks off in the middle (a deadlock,
    a server that fails over), the whole is tried again: the key tells whether the first try was kept.
    Raises KeyReused when the key came with another request.
    """
    deadline = time.monotonic() + TRY_AGAIN_SECONDS
    while True:
        try:
            return _once(account_id, key, request_fingerprint, produce, shared=shared)
        except PeeweeException as error:
            if not broke_off(error) or time.monotonic() >= deadline:
                raise
            log.warning("the database broke off (%s); once more", type(error.__cause__).__name__)
            _reconnect(deadline)


def _reconnect(deadline: float) -> None:
    while True:
        try:
            reconnect()
        except PeeweeException:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _once(
    account_id: int, key: str, request_fingerprint: str, produce: Callable[[], Answer], *, shared: bool
) -> Answer:
    reason = "an idempotency key that led to a refusal has no deed to audit"
    with unit_of_work(housekeeping=reason, shared=shared):
        hold(f"core.once:{account_id}:{key}")
        at = now()
        stored = _FIND.first(account_id=account_id, key=key, since=milliseconds(at - KEPT))
        if stored is not None:
            mark, status, headers, body = stored
            if mark != request_fingerprint:
                raise KeyReused
            return Answer(status, _unsealed(bytes(body)), json.loads(headers))
        answer = produce()
        if answer.status < 500:
            _STORE.run(
                account_id=account_id,
                key=key,
                fingerprint=request_fingerprint,
                status=answer.status,
                headers=json.dumps(answer.headers, ensure_ascii=False),
                body=_sealed(answer.body),
                created_at=milliseconds(at),
            )
        return answer


_keys: Keys | None = None


def seal_with(keys: Keys) -> None:
    """Say whose keys seal the stored answers (`core.county`, when a county is opened).

    An answer may hold names, a new token or an initial password: a copied database shows none.
    """
    global _keys  # noqa: PLW0603 - one process serves one county
    _keys = keys


def _sealed(body: bytes) -> bytes:
    assert _keys is not None, "no county is open"
    return _keys.seal(body.decode("latin-1"), _PURPOSE)


def _unsealed(stored: bytes) -> bytes:
    assert _keys is not None, "no county is open"
    return _keys.unseal(stored, _PURPOSE).encode("latin-1")


def forget_old() -> int:
    """Delete answers older than KEPT; returns how many."""
    with unit_of_work(housekeeping="expired idempotency keys"):
        return int(StoredAnswer.delete().where(StoredAnswer.created_at <= now() - KEPT).execute())
