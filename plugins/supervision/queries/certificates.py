"""Certificates of leave to carry out: signed when the gate is open, void with the next version.

One is signed at each asking, over what is so at that moment; nothing is stored. Whether it still holds says
the page of the decision's code: a certificate names the version and its SHA-256, and another version, or the
decision's withdrawal, makes it void there. Offline it can be seen only that the county has signed it, when.
"""

from base64 import b64encode

from core.areas.api import area_names
from core.clock import now
from core.county import county
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.certificate_text import ALL, EACH, Certificate, write
from plugins.supervision.errors.ballots import CertificateNotYet, Withdrawn
from plugins.supervision.models.decisions import (
    DONE,
    EXECUTING,
    WITHDRAWN,
    Decision,
    DecisionVersion,
    LogEntry,
)
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries.gate import gate

VALID, VOIDED, TAKEN_BACK, NOT_YET, FOREIGN = "valid", "voided", "withdrawn", "not_yet", "foreign"
STARTED, FINISHED = "started", "finished"


@value_class
class CertificateView:
    """A signed certificate; `text` is what the QR code holds, `public_key` (base64) checks it."""

    id: str
    decision_id: int
    title: str
    stated: Certificate
    text: str
    public_key: str


@value_class
class Standing:
    """What is so now of a decision's code, or of a certificate of it. `version`: the one that counts."""

    state: str
    version: int
    decision_state: str


def public_key() -> str:
    """The county's open signature key: 65 bytes in base64."""
    return b64encode(county().keys.public_key()).decode()


def has_certificate(decision: Decision) -> bool:
    """Whether `certificate` would sign one now."""
    return decision.state != WITHDRAWN and gate(decision, now()).is_open


def certificate(actor: Actor, decision_id: int) -> CertificateView:
    """Sign what is so now. Raises NotFound, Withdrawn, CertificateNotYet (with every reason)."""
    decision, version = reach.ballot_decision(actor, reach.TALLY, decision_id)
    if decision.state == WITHDRAWN:
        raise Withdrawn
    checked = gate(decision, now())
    if not checked.is_open:
        raise CertificateNotYet(why="；".join(checked.why))
    stated = Certificate(
        decision.code,
        decision.area_code,
        area_names([decision.area_code]).get(decision.area_code, decision.area_code),
        version.number,
        version.digest,
        version.earliest_day,
        checked.tally.agree,
        checked.tally.base,
        version.approval_percent,
        ALL if version.pooled else EACH,
        _head(),
        now(),
    )
    text = write(stated, county().keys.sign_openly)
    return CertificateView(
        f"{decision.code}-{version.number}", decision.id, decision.title, stated, text, public_key()
    )


def _head() -> str:
    query = LogEntry.unscoped("the log is one chain through all areas", LogEntry.hash)
    last = query.order_by(LogEntry.number.desc()).limit(1).first()
    return str(last.hash) if last else ""


def standing(decision: Decision, version: DecisionVersion, asked: tuple[int, str] | None = None) -> Standing:
    """Whether leave stands, or what has become of a certificate: `asked` is its version and SHA-256."""
    state = VALID
    if decision.state == WITHDRAWN:
        state = TAKEN_BACK
    elif asked is not None and asked[0] != version.number:
        state = VOIDED if asked[0] < version.number else FOREIGN
    elif asked is not None and asked[1] not in ("", version.digest):
        state = FOREIGN
    elif decision.state in (EXECUTING, DONE):
        # The gate was passed: what comes afterwards does not close it.
        state = STARTED if decision.state == EXECUTING else FINISHED
    elif not gate(decision, now()).is_open:
        state = NOT_YET
    return Standing(state, version.number, decision.state)
