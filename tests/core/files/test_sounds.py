"""Sound notes from phones: known by their bytes, without what the recorder wrote beside the sound."""

import io
import struct

import pytest
from werkzeug.datastructures import FileStorage

from core.files.errors import FileBroken, FileRefused, FileTooLarge, FileTypeRefused, NoSound
from core.files.sounds import MAX_BYTES, prepare_sound
from core.files.uploads import prepared_sounds
from tests.core.files.conftest import PDF
from tests.pictures import picture

PLACE = b"\xa9xyz+31.8000+115.9000/"


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def m4a(*more: bytes, handler: bytes = b"soun") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler) + box(b"meta", PLACE)))
    moov = box(b"moov", box(b"mvhd", b"\1" * 20) + track + box(b"udta", PLACE))
    return box(b"ftyp", b"M4A \0\0\0\0") + b"".join(more) + moov + box(b"mdat", b"\7" * 50)


def wav(*more: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)

    body = b"WAVE" + chunk(b"fmt ", b"\1" * 16) + chunk(b"LIST", PLACE) + chunk(b"data", b"\2" * 31)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3() -> bytes:
    tag = b"ID3\4\0\0" + bytes([0, 0, 1, 2]) + PLACE.ljust(130, b"\0")
    return tag + b"\xff\xfb\x90\x00" + b"\3" * 400 + b"TAG" + PLACE.ljust(125, b"\0")


AMR = b"#!AMR\n" + b"\4" * 32


@pytest.mark.parametrize(
    ("name", "data", "media_type", "sound"),
    [
        ("a.m4a", m4a(), "audio/mp4", b"\7" * 50),
        ("a.mp4", m4a(box(b"uuid", PLACE)), "audio/mp4", b"\7" * 50),
        ("a.MP3", mp3(), "audio/mpeg", b"\3" * 400),
        ("a.wav", wav(), "audio/wav", b"\2" * 31),
        ("a.amr", AMR, "audio/amr", b"\4" * 32),
    ],
)
def test_the_sound_is_kept_and_what_tells_of_it_is_gone(
    name: str, data: bytes, media_type: str, sound: bytes
) -> None:
    made = prepare_sound(name, data)
    assert (made.kind, made.media_type) == ("sound", media_type)
    assert sound in made.data
    assert b"31.8000" not in made.data
    assert made.thumb == b""


def test_no_place_in_an_m4a_moves() -> None:
    before, after = m4a(), prepare_sound("a.m4a", m4a()).data
    assert len(before) == len(after)
    assert before.find(b"mdat") == after.find(b"mdat")
    assert after.count(b"free") == 2


def test_what_is_clean_stays_byte_by_byte() -> None:
    clean = prepare_sound("a.mp3", mp3()).data
    assert prepare_sound("a.mp3", clean).data == clean


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("a.mp3", m4a(), FileTypeRefused),
        ("a.exe", mp3(), FileTypeRefused),
        ("a.m4a", m4a(handler=b"vide"), FileTypeRefused),
        ("a.m4a", m4a()[:90], FileBroken),
        ("a.m4a", box(b"ftyp", b"M4A ") + struct.pack(">I4s", 4_000_000_000, b"moov"), FileBroken),
        ("a.m4a", box(b"ftyp", b"M4A ") + struct.pack(">I4s", 3, b"moov"), FileBroken),
        ("a.m4a", box(b"ftyp", b"M4A "), FileBroken),
        ("a.mp3", b"ID3\4\0\0\xff\xff\xff\xff" + mp3(), FileBroken),
        ("a.mp3", mp3()[:60], FileBroken),
        ("a.wav", wav()[:20], FileBroken),
        ("a.amr", AMR.ljust(MAX_BYTES + 1, b"\0"), FileTooLarge),
        ("a.pdf", PDF, FileTypeRefused),
    ],
)
def test_what_is_no_sound_note_is_refused(name: str, data: bytes, refusal: type[FileRefused]) -> None:
    with pytest.raises(refusal):
        prepare_sound(name, data)


def test_boxes_in_boxes_without_end_are_refused() -> None:
    nest = b""
    for _ in range(50):
        nest = box(b"moov", nest)
    with pytest.raises(FileBroken):
        prepare_sound("a.m4a", box(b"ftyp", b"M4A ") + nest + box(b"mdat"))


def test_a_photo_is_no_sound_note() -> None:
    with pytest.raises(NoSound):
        prepared_sounds([FileStorage(io.BytesIO(picture()), "a.jpg")])
