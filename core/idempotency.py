"""One key, one deed: a repeated write gets the stored answer instead of being done again.

The answer is stored in the transaction of the deed, so a kill or power cut keeps both or
neither. A key belongs to its account; while the first request is still running, a repeat
waits its turn at the write lock and then gets the same answer.
(IETF draft Idempotency-Key; Stripe keeps keys for 24 h.)
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from peewee import BigIntegerField, BlobField, CharField, CompositeKey, IntegerField, TextField

from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work
from core.errors import DomainError
from core.keys import Keys
from core.text import N_

KEPT = timedelta(hours=24)
_PURPOSE = "core_stored_answer.body"


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


@dataclass(frozen=True)
class Answer:
    """An HTTP answer in plain parts."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


def once(account_id: int, key: str, request_fingerprint: str, produce: Callable[[], Answer]) -> Answer:
    """The answer stored under `key`, or that of `produce`, stored with whatever it wrote.

    `produce` turns refusals into answers itself; an exception from it stores nothing.
    Raises KeyReused when the key came with another request.
    """
    with unit_of_work(housekeeping="an idempotency key that led to a refusal has no deed to audit"):
        stored = StoredAnswer.get_or_none(
            (StoredAnswer.account_id == account_id)
            & (StoredAnswer.key == key)
            & (StoredAnswer.created_at > now() - KEPT)
        )
        if stored is not None:
            if stored.fingerprint != request_fingerprint:
                raise KeyReused
            return Answer(stored.status, _unsealed(bytes(stored.body)), json.loads(stored.headers))
        answer = produce()
        if answer.status < 500:
            # An old answer under the same key has outlived KEPT: the new one takes its place.
            StoredAnswer.insert(
                account_id=account_id,
                key=key,
                fingerprint=request_fingerprint,
                status=answer.status,
                headers=json.dumps(answer.headers, ensure_ascii=False),
                body=_sealed(answer.body),
                created_at=now(),
            ).on_conflict(
                conflict_target=[StoredAnswer.account_id, StoredAnswer.key],
                preserve=[
                    StoredAnswer.fingerprint,
                    StoredAnswer.status,
                    StoredAnswer.headers,
                    StoredAnswer.body,
                    StoredAnswer.created_at,
                ],
            ).execute()
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
