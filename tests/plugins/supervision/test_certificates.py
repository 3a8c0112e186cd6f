"""Certificates: signed once the gate is open, read by anybody, void with the next version."""

import subprocess
import sys
from base64 import b64encode
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.clock import CHINA
from core.county import county as present_county
from core.db import unit_of_work
from core.errors import NotFound
from core.signatures import Signer
from core.testing import FAR_VILLAGE, VILLAGE
from plugins.supervision import certificate_text
from plugins.supervision.certificate_text import ALL, Certificate
from plugins.supervision.errors.ballots import BadCertificate, CertificateNotYet, Withdrawn
from plugins.supervision.models.decisions import WITHDRAWN
from plugins.supervision.queries.certificates import certificate, standing
from tests.plugins.supervision.ballot_world import world
from tools import certificate_check

__all__ = ["world"]

SCRIPT = Path(certificate_check.__file__)
HERE, FOREIGN = Signer(b"h" * 64), Signer(b"f" * 64)
STATED = Certificate(
    "AAAA2222", VILLAGE, "一村", 3, "ab" * 32, date(2026, 3, 6), 8, 10, 80, ALL, "cd" * 32,
    datetime(2026, 3, 9, 9, 0, tzinfo=CHINA),
)  # fmt: skip
TEXT = certificate_text.write(STATED, HERE.sign)


def test_what_was_written_is_read_with_or_without_the_address_before_it():
    broken = "\n ".join(TEXT[place : place + 40] for place in range(0, len(TEXT), 40))
    for text in (TEXT, f" https://county.example/supervision/certificate#{TEXT}\n", f"{broken}\u3000"):
        assert certificate_text.read(HERE.public_key(), text) == STATED
        assert certificate_check.read(HERE.public_key(), text)[0] == "AAAA2222"


def refused_everywhere(key, text):
    with pytest.raises(BadCertificate):
        certificate_text.read(key, text)
    return certificate_check.read(key, text) is None


@settings(max_examples=60, deadline=None)
@given(place=some.integers(0, len(TEXT) - 1), sign=some.characters(codec="ascii"))
def test_a_certificate_with_any_sign_changed_is_refused_by_page_and_script(place, sign):
    altered = TEXT[:place] + sign + TEXT[place + 1 :]
    if altered.strip().rpartition("#")[2] != TEXT:
        assert refused_everywhere(HERE.public_key(), altered)


@settings(max_examples=40, deadline=None)
@given(some.text(max_size=300))
def test_any_other_text_is_refused(text):
    assert refused_everywhere(HERE.public_key(), text)


def test_a_foreign_countys_certificate_and_a_forged_one_are_refused():
    assert refused_everywhere(HERE.public_key(), certificate_text.write(STATED, FOREIGN.sign))
    statement, _, _ = TEXT.rpartition(".")
    for signature in (bytes(64), b"\xff" * 64, bytes(31) + b"\1" + bytes(31) + b"\1"):
        encoded = certificate_text._encode(signature)
        assert refused_everywhere(HERE.public_key(), f"{statement}.{encoded}")
    assert refused_everywhere(HERE.public_key(), TEXT + "=")
    assert refused_everywhere(b"\4" + bytes(64), TEXT)


def test_the_script_is_short_needs_no_library_and_says_it_by_its_status(tmp_path):
    assert SCRIPT.read_text().count("\n") <= 100
    key, text = tmp_path / "key.txt", tmp_path / "certificate.txt"
    key.write_text(b64encode(HERE.public_key()).decode() + "\n")
    text.write_text(TEXT)
    bare = [sys.executable, "-I", "-S", str(SCRIPT)]
    said = subprocess.run([*bare, str(key), str(text)], check=False, capture_output=True, text=True)
    assert (said.returncode, "AAAA2222" in said.stdout) == (0, True), said
    said = subprocess.run(
        [*bare, str(key)], check=False, input=TEXT.replace("GC1", "GC2"), capture_output=True, text=True
    )
    assert said.returncode == 1
    assert subprocess.run(bare, check=False, capture_output=True).returncode == 2


def approved(world, **rules):
    decision = world.publish(5, **rules)
    for place in range(4):
        world.cast(place, decision)
    return decision


def test_one_is_signed_when_notice_and_approvals_are_there(world):
    decision = world.publish(5)
    secretary = world.make_actor("secretary", VILLAGE)
    with pytest.raises(CertificateNotYet) as refusal:
        certificate(secretary, decision.id)
    assert "4" in refusal.value.sentence()
    for place in range(4):
        world.cast(place, decision)
    with pytest.raises(CertificateNotYet):
        certificate(secretary, decision.id)
    world.move_clock(datetime(2026, 3, 6, 0, 0, tzinfo=CHINA))
    view = certificate(secretary, decision.id)
    stated = certificate_text.read(present_county().keys.public_key(), view.text)
    version = world.version(decision)
    assert (stated.code, stated.version, stated.digest) == (decision.code, 1, version.digest)
    assert (stated.agree, stated.base, stated.percent, stated.rule) == (4, 5, 80, ALL)
    assert len(stated.head) == 64
    with pytest.raises(NotFound):
        certificate(world.make_actor("secretary", FAR_VILLAGE), decision.id)


def test_another_version_voids_it_visibly(world):
    decision = approved(world)
    world.move_clock(datetime(2026, 3, 6, 9, 0, tzinfo=CHINA))
    secretary = world.make_actor("secretary", VILLAGE)
    stated = certificate(secretary, decision.id).stated
    asked = (stated.version, stated.digest)
    assert standing(decision, world.version(decision), asked).state == "valid"
    assert standing(decision, world.version(decision), (1, "00" * 32)).state == "foreign"
    world.new_version(decision)
    found = standing(decision, world.version(decision), asked)
    assert (found.state, found.version) == ("voided", 2)
    assert standing(decision, world.version(decision)).state == "not_yet"
    with pytest.raises(CertificateNotYet):
        certificate(secretary, decision.id)
    with unit_of_work(housekeeping="a test's rows"):
        decision.state = WITHDRAWN
        decision.save()
    assert standing(decision, world.version(decision), asked).state == "withdrawn"
    with pytest.raises(Withdrawn):
        certificate(secretary, decision.id)


def test_a_secret_ballot_gives_none_before_its_close(world):
    decision = approved(world, secret=True)
    secretary = world.make_actor("secretary", VILLAGE)
    world.move_clock(datetime(2026, 3, 6, 9, 0, tzinfo=CHINA))
    with pytest.raises(CertificateNotYet):
        certificate(secretary, decision.id)
    world.move_clock(datetime(2026, 3, 9, 9, 0, tzinfo=CHINA) + timedelta(seconds=1))
    assert certificate(secretary, decision.id).stated.agree == 4
