"""What is sealed stays sealed; keys are never overwritten nor lost in silence."""

import hmac
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.keys import Keys, create_keys, fingerprint, load_keys

KEYS = Keys(session=b"s" * 32, signature=b"g" * 32, field=b"f" * 32, index=b"i" * 32)
ID_NUMBER = "11010519491231002X"


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_sealed_text_comes_back_and_shows_nothing(text: str) -> None:
    sealed = KEYS.seal(text, "people.citizen_id")
    assert KEYS.unseal(sealed, "people.citizen_id") == text
    assert len(text) < 4 or text.encode() not in sealed


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({KEYS.seal(ID_NUMBER, "x") for _ in range(50)}) == 50


def test_another_purpose_or_key_does_not_unseal() -> None:
    sealed = KEYS.seal(ID_NUMBER, "people.citizen_id")
    for keys, purpose in ((KEYS, "people.phone"), (replace(KEYS, field=b"x" * 32), "people.citizen_id")):
        with pytest.raises(ValueError, match="sealed with another key"):
            keys.unseal(sealed, purpose)


def test_no_altered_byte_goes_unseen() -> None:
    sealed = KEYS.seal(ID_NUMBER, "x")
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(ValueError, match="sealed with another key"):
            KEYS.unseal(bytes(altered), "x")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_a_cut_seal_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"sealed with|Nonce"):
        KEYS.unseal(KEYS.seal(ID_NUMBER, "x")[:length], "x")


def test_a_look_up_value_is_the_same_for_the_same_text_and_purpose_only() -> None:
    index = KEYS.blind_index(ID_NUMBER, "people.citizen_id")
    assert index == hmac.digest(KEYS.index, f"people.citizen_id\0{ID_NUMBER}".encode(), "sha256")[:16]
    assert index == KEYS.blind_index(ID_NUMBER, "people.citizen_id")
    assert len(index) == 16
    assert index != KEYS.blind_index(ID_NUMBER, "people.phone")
    assert index != replace(KEYS, index=b"x" * 32).blind_index(ID_NUMBER, "people.citizen_id")


def test_new_keys_are_for_their_owner_only_and_are_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keys = create_keys(file)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert len({keys.session, keys.signature, keys.field, keys.index}) == 4
    assert load_keys(file) == keys
    with pytest.raises(FileExistsError):
        create_keys(file)
    assert load_keys(file) == keys
    assert fingerprint(keys) != fingerprint(create_keys(tmp_path / "other.json"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "7",
        json.dumps(dict.fromkeys(("session", "signature", "field", "index"), "00")),
    ],
)
def test_a_damaged_key_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match="已损坏"):
        load_keys(file)


def test_a_missing_or_unreadable_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="找不到密钥文件"):
        load_keys(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="读不出来"):
        load_keys(tmp_path)


def test_many_texts_are_sealed_and_looked_up_as_one_is(tmp_path: Path) -> None:
    keys = create_keys(tmp_path / "keys.json")
    texts = ["330825199001010010", "", "𠮷"]
    sealed = keys.seal_all(texts, "a.b")
    assert [keys.unseal(each, "a.b") for each in sealed] == texts
    assert len({each[:12] for each in [*sealed, *keys.seal_all(texts, "a.b")]}) == 6, "no nonce comes twice"
    assert keys.blind_index_all(texts, "a.b") == [keys.blind_index(text, "a.b") for text in texts]
    with pytest.raises(ValueError, match="another key"):
        keys.unseal(sealed[0], "a.c")
