"""Photos from outside: measured before they are decoded, and made anew without anything but the picture."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile

from core.files.errors import FileBroken, FileRefused, FileTooLarge, FileTypeRefused, PhotoTooLarge
from core.files.photos import LONGEST_SIDE, MAX_BYTES, THUMB_SIDE, prepare_photo
from tests.pictures import huge_png, picture

GPS = {1: "N", 2: (31.0, 51.0, 33.0), 3: "E", 4: (115.0, 55.0, 12.0)}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PLANTED-CAMERA"
    exif.get_ifd(0x8825).update(GPS)
    return picture(exif=exif)


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_each_kind_becomes_a_jpeg_with_a_thumbnail(kind: str, name: str) -> None:
    made = prepare_photo(name, picture(4000, 3000, kind))
    assert (made.width, made.height) == (LONGEST_SIDE, 1536)
    kept, thumb = opened(made.data), opened(made.thumb)
    assert kept.format == thumb.format == "JPEG"
    assert kept.size == (made.width, made.height)
    assert max(thumb.size) == THUMB_SIDE
    assert made.name == "a.jpg"
    red, blue = kept.getpixel((10, 10)), kept.getpixel((2000, 10))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


def test_a_position_and_all_other_metadata_are_gone() -> None:
    sent = with_exif()
    assert opened(sent).getexif().get_ifd(0x8825)  # the control: it was there
    assert b"PLANTED-CAMERA" in sent
    made = prepare_photo("a.jpg", sent)
    for kept in (made.data, made.thumb):
        assert not opened(kept).getexif()
        assert all(key.startswith(("jfif", "progress")) for key in opened(kept).info)
        assert b"Exif" not in kept
        assert b"PLANTED" not in kept


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("WEBP", {"xmp": b"<x>PLANTED</x>"}), ("JPEG", {"comment": b"PLANTED"})],
)
def test_texts_in_other_places_are_gone_too(kind: str, options: dict[str, bytes]) -> None:
    sent = picture(kind=kind, **options)
    if kind == "PNG":
        cut = sent.index(b"IDAT") - 4
        text = b"tEXtComment\0PLANTED"
        head, check = struct.pack(">I", len(text) - 4), struct.pack(">I", zlib.crc32(text))
        sent = sent[:cut] + head + text + check + sent[cut:]
    assert b"PLANTED" in sent
    assert b"PLANTED" not in prepare_photo("a", sent).data


def test_an_html_page_behind_the_picture_is_gone() -> None:
    tail = b"<html><script>alert(1)</script></html>"
    made = prepare_photo("a.jpg", picture() + tail)
    assert b"script" not in made.data
    assert b"html" not in made.data


def test_a_zip_hidden_in_a_picture_is_gone() -> None:
    made = prepare_photo("a.png", picture(kind="PNG") + b"PK\x03\x04" + b"x" * 500)
    assert b"PK\x03\x04" not in made.data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation: int) -> None:
    made = prepare_photo("a.jpg", with_exif(orientation))
    assert (made.width, made.height) == ((60, 40) if orientation <= 4 else (40, 60))
    # Where the red half, the left one of what the camera stored, lies when looked at.
    place = [(2, 20), (57, 20), (57, 20), (2, 20), (20, 2), (20, 2), (20, 57), (20, 57)][orientation - 1]
    found = opened(made.data).getpixel(place)
    assert isinstance(found, tuple)
    assert found[0] > 200


def test_thirty_thousand_points_square_are_refused_before_one_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = huge_png(30_000)
    assert len(bomb) < 1_000_000
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def watched(image: ImageFile.ImageFile) -> Any:
        decoded.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    with pytest.raises(PhotoTooLarge):
        prepare_photo("a.png", bomb)
    assert decoded == []
    # The control: a smaller one of the same make is decoded.
    assert prepare_photo("a.png", huge_png(4_000)).width == LONGEST_SIDE
    assert (4_000, 4_000) in decoded


def test_a_jpeg_that_says_it_is_huge_is_refused_before_it_is_decoded() -> None:
    sent = bytearray(picture())
    at = sent.index(b"\xff\xc0") + 5
    sent[at : at + 4] = struct.pack(">HH", 30_000, 30_000)
    with pytest.raises(PhotoTooLarge):
        prepare_photo("a.jpg", bytes(sent))


@pytest.mark.parametrize("lossless", [True, False])
def test_a_webp_that_says_it_is_huge_is_refused_before_it_is_opened(lossless: bool) -> None:
    sent = picture(kind="WEBP", lossless=lossless)
    assert prepare_photo("a.webp", sent).width == 60
    body = bytearray(sent)
    if lossless:
        body[21:25] = (16_383 | 16_383 << 14).to_bytes(4, "little")
    else:
        body[26:30] = struct.pack("<HH", 16_383, 16_383)
    with pytest.raises(PhotoTooLarge):
        prepare_photo("a.webp", bytes(body))
    wide = b"RIFF\x64\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\x00" * 2 + bytes(60)
    with pytest.raises(PhotoTooLarge):
        prepare_photo("a.webp", wide)


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.php", "a.exe", "a.jpg.exe", "a.gif", "a.pdf", "a.jpg\u202egnp.exe"]
)
def test_a_picture_with_the_name_of_something_else_is_refused(name: str) -> None:
    with pytest.raises(FileTypeRefused):
        prepare_photo(name, picture())


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + bytes(100),
        b"BM" + bytes(100),
        b"MZ" + bytes(100),
        b"\0\0\1\0" + bytes(100),
    ],
)
def test_what_is_no_photo_by_its_bytes_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        prepare_photo("a.jpg", data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_cut_or_scrambled_picture_is_one_sentence(kind: str) -> None:
    whole = picture(600, 400, kind)
    for size in (12, 20, 30, len(whole) // 2):
        with pytest.raises(FileBroken):
            prepare_photo("a", whole[:size])
    scrambled = whole[:40] + bytes(byte ^ 0x5A for byte in whole[40:])
    with pytest.raises(FileRefused):
        prepare_photo("a", scrambled)


def test_more_bytes_than_the_limit_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        prepare_photo("a.jpg", picture() + bytes(MAX_BYTES))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_mode_of_a_png_becomes_colour(mode: str) -> None:
    made = prepare_photo("a.png", picture(kind="PNG", mode="L" if mode == "I;16" else mode))
    assert opened(made.data).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    image = Image.new("I;16", (20, 20), 32_768)
    out = io.BytesIO()
    image.save(out, "PNG")
    grey = opened(prepare_photo("a.png", out.getvalue()).data).getpixel((5, 5))
    assert isinstance(grey, tuple)
    assert all(abs(value - 128) < 6 for value in grey)


def test_printing_colours_and_clear_places_are_understood() -> None:
    assert opened(prepare_photo("a.jpg", picture(mode="CMYK")).data).mode == "RGB"
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert opened(prepare_photo("a.png", out.getvalue()).data).getpixel((5, 5)) == (255, 255, 255)


def test_a_name_is_shown_and_never_a_path() -> None:
    for raw, shown in {
        "../../etc/passwd.jpg": "passwd.jpg",
        "C:\\temp\\现场 照片.JPEG": "现场 照片.jpg",
        "a\x00b\n.jpg": "ab.jpg",
        "": "file.jpg",
        "名" * 300 + ".png": "名" * 76 + ".jpg",
        '"><script>.jpg': "script.jpg",
    }.items():
        assert prepare_photo(raw, picture()).name == shown


MEASURED = """
import io, resource, sys
from PIL import Image
import core.files.photos as photos

Image.MAX_IMAGE_PIXELS = None
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = photos.prepare_photo("a", data)
print(made.width, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("kind", "mode", "size", "more"),
    [
        ("JPEG", "RGB", (8160, 6120), {}),
        ("JPEG", "RGB", (8160, 6120), {"progressive": True}),
        ("PNG", "RGBA", (5000, 5000), {}),
        ("PNG", "P", (5000, 5000), {"transparency": 0}),
        ("PNG", "L", (5000, 5000), {}),
        ("WEBP", "RGBA", (5000, 5000), {"lossless": True, "method": 0, "quality": 0}),
    ],
)
def test_the_largest_photos_cost_little_memory(
    tmp_path: Path, kind: str, mode: str, size: tuple[int, int], more: dict[str, Any]
) -> None:
    file = tmp_path / "photo"
    Image.new(mode, size, 1 if mode == "P" else "green" if mode != "L" else 90).save(file, kind, **more)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    width, megabytes = map(int, done.stdout.split())
    assert width in (LONGEST_SIDE, size[0])
    assert megabytes < 256
