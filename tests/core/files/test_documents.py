"""Documents from outside: known by their bytes, weighed before anybody unpacks them."""

import io
import struct
import zipfile

import pytest

from core.files.documents import MAX_BYTES, MAX_UNPACKED_BYTES, MEGABYTE, prepare_document
from core.files.errors import FileBroken, FileRefused, FileTooLarge, FileTypeRefused, MacrosRefused
from tests.core.files.conftest import PDF, office
from tests.pictures import picture

XLSX = office("xl/workbook.xml")


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each read got out of an archive."""
    sizes: list[int] = []
    read = zipfile.ZipExtFile.read

    def watched(part: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        piece = read(part, n)
        sizes.append(len(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", watched)
    return sizes


@pytest.mark.parametrize(
    ("name", "data", "end"),
    [("a.PDF", PDF, "pdf"), ("a.docx", office(), "document"), ("a.xlsx", XLSX, "sheet")],
)
def test_a_document_is_kept_byte_by_byte(name: str, data: bytes, end: str) -> None:
    made = prepare_document(name, data)
    assert made.data == data
    assert made.media_type.endswith(end)
    assert made.name == name.lower()
    assert made.thumb == b""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", XLSX),
        ("a.xlsx", office()),
        ("a.pdf", office()),
        ("a.docx", PDF),
        ("a.html", PDF),
        ("a", PDF),
        ("a.docm", office()),
        ("a.jpg", PDF),
    ],
)
def test_content_and_name_must_agree(name: str, data: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        prepare_document(name, data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>%PDF-1.7 %%EOF",
        b"<svg/>",
        b"\n" + PDF,
        picture(),
        b"x" + office(),
        office("other.xml"),
        office(more={"xl/workbook.xml": b""}),
        office(comment=b"<script>alert(1)</script>"),
        b"\xd0\xcf\x11\xe0" + bytes(600),
    ],
)
def test_two_kinds_in_one_file_and_other_kinds_are_refused(data: bytes) -> None:
    for name in ("a.pdf", "a.docx", "a.xlsx"):
        with pytest.raises(FileTypeRefused):
            prepare_document(name, data)


def test_a_pdf_with_a_second_file_behind_it_is_refused() -> None:
    with pytest.raises(FileBroken):
        prepare_document("a.pdf", PDF + bytes(5_000) + office())


def test_macros_are_refused() -> None:
    with pytest.raises(MacrosRefused):
        prepare_document("a.docx", office(more={"word/vbaProject.bin": b"x"}))


def test_an_honest_bomb_is_refused_by_what_it_states(unpacked: list[int]) -> None:
    bomb = office(more={"word/media/big.bin": bytes(300 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    with pytest.raises(FileTooLarge):
        prepare_document("a.docx", bomb)
    assert sum(unpacked) == 0


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_unpacked(unpacked: list[int]) -> None:
    size = 300 * 1024 * 1024
    bomb = bytearray(office(more={"word/media/big.bin": bytes(size)}))
    stated, small = struct.pack("<I", size), struct.pack("<I", 100)
    assert bomb.count(stated) == 2  # in the part's own head and in the list at the end
    lying = bytes(bomb).replace(stated, small)
    with pytest.raises(FileRefused):
        prepare_document("a.docx", lying)
    assert 0 < sum(unpacked) <= MAX_UNPACKED_BYTES + MEGABYTE


def test_too_many_parts_and_locked_parts_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        prepare_document("a.docx", office(more={f"word/{n}.xml": b"" for n in range(1_100)}))
    locked = bytearray(office())
    with zipfile.ZipFile(io.BytesIO(bytes(locked))) as archive:
        at = archive.infolist()[1].header_offset
    locked[at + 6] |= 1
    central = locked.index(b"PK\x01\x02", locked.index(b"PK\x01\x02") + 1)
    locked[central + 8] |= 1
    with pytest.raises(FileBroken):
        prepare_document("a.docx", bytes(locked))


def test_a_cut_document_and_one_that_is_too_long_are_refused() -> None:
    cut = [(office()[:-30], FileBroken), (PDF[:20], FileBroken), (PDF + bytes(MAX_BYTES), FileTooLarge)]
    for data, error in cut:
        with pytest.raises(error):
            prepare_document("a.docx" if data.startswith(b"PK") else "a.pdf", data)
