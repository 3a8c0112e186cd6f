"""Codes: signed here or refused, short-lived, and typed by people with phones."""

import random
from datetime import datetime, timedelta

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st

from core import qr
from core.clock import CHINA, frozen
from core.keys import Keys

KEYS = Keys(session=b"s" * 32, signature=b"g" * 32, field=b"f" * 32, index=b"i" * 32)
OTHER = Keys(session=b"s" * 32, signature=b"x" * 32, field=b"f" * 32, index=b"i" * 32)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)
MINUTE = timedelta(seconds=60)


def test_a_token_says_what_was_signed() -> None:
    with frozen(NOON):
        token = qr.sign(KEYS, "redeem", "ABCD2345", NOON + MINUTE)
        assert qr.read(KEYS, token) == qr.SignedCode("redeem", "ABCD2345")
        assert qr.read(KEYS, f"  http://127.0.0.1:8000/q/{token}\n") == qr.SignedCode("redeem", "ABCD2345")


def test_a_token_lives_until_its_second_and_no_longer() -> None:
    with frozen(NOON) as move:
        token = qr.sign(KEYS, "redeem", "ABCD2345", NOON + MINUTE)
        move(NOON + timedelta(seconds=59, milliseconds=999))
        qr.read(KEYS, token)
        for later in (MINUTE, timedelta(days=1)):
            move(NOON + later)
            with pytest.raises(qr.ExpiredCode):
                qr.read(KEYS, token)


def test_a_printed_card_does_not_expire() -> None:
    token = qr.sign(KEYS, "card", "ABCD2345", None)
    with frozen(NOON + timedelta(days=3650)):
        assert qr.read(KEYS, token).purpose == "card"


def test_a_token_signed_elsewhere_is_refused() -> None:
    with frozen(NOON):
        token = qr.sign(OTHER, "redeem", "ABCD2345", NOON + MINUTE)
        with pytest.raises(qr.BadCode):
            qr.read(KEYS, token)


def test_no_altered_sign_goes_unseen() -> None:
    with frozen(NOON):
        token = qr.sign(KEYS, "redeem", "ABCD2345", NOON + MINUTE)
        for at in range(len(token)):
            for sign in "0a.Z":
                altered = token[:at] + sign + token[at + 1 :]
                if altered != token:
                    with pytest.raises(qr.BadCode):
                        qr.read(KEYS, altered)


@given(st.text(max_size=80))
def test_any_text_is_refused_without_a_crash(raw: str) -> None:
    with pytest.raises(qr.BadCode):
        qr.read(KEYS, raw)


@pytest.mark.parametrize("raw", ["", ".", "...", "a.b.0.", "\ud800.b.0.00", "a.b.0.\udfff", "令.牌.0.00"])
def test_odd_tokens_are_refused_without_a_crash(raw: str) -> None:
    with pytest.raises(qr.BadCode):
        qr.read(KEYS, raw)


def test_a_subject_cannot_smuggle_in_a_longer_life() -> None:
    with pytest.raises(ValueError, match="full stop"):
        qr.sign(KEYS, "redeem", "A.0", NOON)


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD2345",
        "abcd2345",
        "abcd 2345",
        " ABCD-2345 ",
        "ＡＢＣＤ２３４５",
        "ａｂｃｄ　２３４５",
        "ABCD–2345",
        "ABCD—2345",
        "ABCD－2345",
        "A B C D\u00a02\u200b3\u202f4\ufeff5\t\n",
    ],
)
def test_a_code_is_understood_however_it_was_typed(typed: str) -> None:
    assert qr.normalize(typed) == "ABCD2345"


@given(st.text(qr.ALPHABET, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_whatever_a_keyboard_slips_in_the_code_comes_through(code: str, dice: random.Random) -> None:
    typed = ""
    for sign in code:
        shown = dice.choice([sign, sign.lower(), chr(ord(sign) + 0xFEE0)])
        typed += dice.choice(["", " ", "\u3000", "-", "－", "\u200b"]) + shown
    assert qr.normalize(typed) == code


def test_subjects_hold_no_sign_that_is_mistaken_for_another() -> None:
    subjects = [qr.new_subject() for _ in range(500)]
    assert len(set(subjects)) == 500
    assert not set("".join(subjects)) & set("01OIL")
    assert all(len(subject) == 8 and qr.normalize(subject) == subject for subject in subjects)


def test_the_drawing_is_the_code_and_needs_no_inline_style() -> None:
    text = "http://127.0.0.1:8000/points-store/q/redeem.ABCD2345.0.00"
    drawing = qr.draw_svg(text)
    assert drawing.startswith("<svg")
    assert "style" not in drawing
    # Each dark module is one square of the path, four away from the edge.
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make()
    dark = sum(sum(row) for row in code.modules)
    assert drawing.count("M") == dark
    assert drawing.count("<path") == 1
    assert " id=" not in drawing, "a sheet holds many codes"
