"""The vendored front-end files are those of their packages, listed and licensed."""

import hashlib
import io
import json
import shutil
import tarfile
from base64 import b64encode
from pathlib import Path

import pytest

from tools import vendor
from tools.vendor import BROWSER_TESTS, INDEX, PACKAGES, ROOT, STATIC, VendorError, find_faults, read_index

HTMX = "core/static/vendor/htmx.org-2.0.11"


@pytest.fixture
def copied_root(tmp_path: Path) -> Path:
    """A copy of both vendor folders that a test may damage."""
    for home in (STATIC, BROWSER_TESTS):
        shutil.copytree(ROOT / home, tmp_path / home)
    return tmp_path


def fake_npm(monkeypatch: pytest.MonkeyPatch, announced: str | None = None) -> None:
    """Stand in for npm: any package is a tarball with one file and its licence."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in (("package/dist/a.js", b"a()"), ("package/LICENSE", b"Free.")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    tarball = buffer.getvalue()
    integrity = "sha512-" + b64encode(hashlib.sha512(tarball).digest()).decode()

    def run_npm(*arguments: str) -> str:
        if arguments[0] == "view":
            return announced or integrity
        (Path(arguments[-1]) / "a-1.0.0.tgz").write_bytes(tarball)
        return "a-1.0.0.tgz"

    monkeypatch.setattr(vendor, "run_npm", run_npm)
    monkeypatch.setattr(vendor, "PACKAGES", (vendor.Package("a", "1.0.0", "MIT", ("dist/a.js",)),))


def test_no_file_is_missing_changed_or_unlisted() -> None:
    assert find_faults() == []


def test_the_index_lists_what_the_tool_would_make() -> None:
    made = {
        (package.name, package.version, package.licence, f"{package.folder}/{Path(member).name}")
        for package in PACKAGES
        for member in package.files
    }
    assert {(row["name"], row["version"], row["licence"], row["file"]) for row in read_index()} == made


def test_every_vendored_folder_has_its_licence() -> None:
    for package in PACKAGES:
        assert (ROOT / package.folder / "LICENSE.txt").stat().st_size


def test_the_index_names_no_host() -> None:
    assert "://" not in (ROOT / INDEX).read_text(encoding="utf-8")


def test_no_stylesheet_asks_another_host_for_anything() -> None:
    for row in read_index():
        if row["file"].endswith(".css"):
            text = (ROOT / row["file"]).read_text(encoding="utf-8")
            assert "@import" not in text
            assert all(not rest.lstrip("'\"").startswith(("http", "//")) for rest in text.split("url(")[1:])


def test_the_test_only_package_is_never_served() -> None:
    assert not list((ROOT / STATIC).glob("axe-core*"))


def test_a_changed_file_is_found(copied_root: Path) -> None:
    with (copied_root / HTMX / "htmx.min.js").open("ab") as target:
        target.write(b"\n")
    assert find_faults(copied_root) == [f"{HTMX}/htmx.min.js is not the file of the package."]


def test_a_missing_file_is_found(copied_root: Path) -> None:
    (copied_root / HTMX / "htmx.min.js").unlink()
    assert find_faults(copied_root) == [f"{HTMX}/htmx.min.js is missing."]


def test_a_missing_licence_is_found(copied_root: Path) -> None:
    (copied_root / HTMX / "LICENSE.txt").unlink()
    assert find_faults(copied_root) == [f"{HTMX}/LICENSE.txt is missing or empty."]


def test_an_unlisted_file_is_found(copied_root: Path) -> None:
    (copied_root / HTMX / "extra.js").touch()
    assert find_faults(copied_root) == [f"{HTMX}/extra.js is not listed in {INDEX}."]


def test_files_are_copied_as_they_are_in_the_tarball(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(monkeypatch)
    (tmp_path / STATIC).mkdir(parents=True)
    vendor.make_vendor(tmp_path)
    assert (tmp_path / STATIC / "a-1.0.0" / "a.js").read_bytes() == b"a()"
    assert (tmp_path / STATIC / "a-1.0.0" / "LICENSE.txt").read_bytes() == b"Free."
    assert find_faults(tmp_path) == []


def test_a_tarball_without_its_integrity_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(monkeypatch, announced="sha512-other")
    with pytest.raises(VendorError, match="does not have the integrity"):
        vendor.make_vendor(tmp_path)
    assert not (tmp_path / STATIC).exists()


def test_a_version_republished_with_other_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(monkeypatch)
    (tmp_path / STATIC).mkdir(parents=True)
    vendor.make_vendor(tmp_path)
    rows = read_index(tmp_path)
    rows[0]["integrity"] = "sha512-older"
    (tmp_path / INDEX).write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(VendorError, match="another integrity"):
        vendor.make_vendor(tmp_path)
