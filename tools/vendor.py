"""Re-make the vendored front-end files from their npm tarballs, and check those that are committed.

`python -m tools.vendor` fetches and writes; `python -m tools.vendor --check` only reads. The
files are committed so that an installation needs neither npm nor the network, and they are
byte-identical to the tarball so that anybody can compare them with the published package.
To move to another version, change PACKAGES, run this, and delete the folder of the old one.
"""

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
INDEX = "core/static/vendor/vendor.json"
STATIC = "core/static/vendor"
BROWSER_TESTS = "tests/browser/vendor"


class Row(TypedDict):
    """One vendored file as `vendor.json` lists it; paths count from the root of the repository."""

    name: str
    version: str
    file: str
    sha256: str
    integrity: str
    licence: str
    licence_files: list[str]


@dataclass(frozen=True)
class Package:
    """What is taken from one npm package. `files` and `licence_files` are paths in its tarball."""

    name: str
    version: str
    licence: str
    files: tuple[str, ...]
    licence_files: tuple[str, ...] = ("LICENSE",)
    home: str = STATIC

    @property
    def folder(self) -> str:
        """Where its files are kept; the version in the name makes browser caches safe."""
        return f"{self.home}/{self.name}-{self.version}"


PACKAGES = (
    Package("weui", "2.6.26", "MIT", ("dist/style/weui.min.css",), ("LICENSE.txt",)),
    Package("htmx.org", "2.0.11", "0BSD", ("dist/htmx.min.js",)),
    Package("bootstrap", "5.3.9", "MIT", ("dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js")),
    Package("jsqr", "1.4.0", "Apache-2.0", ("dist/jsQR.js",)),
    Package("leaflet", "1.9.4", "BSD-2-Clause", ("dist/leaflet.css", "dist/leaflet.js")),
    # A megabyte lighter than all of it; has bars, lines and rings. The cockpit alone loads it.
    Package("echarts", "6.1.0", "Apache-2.0", ("dist/echarts.common.min.js",), ("LICENSE", "NOTICE")),
    # MPL-2.0, and used by the browser tests only: never under core/static.
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        ("axe.min.js",),
        ("LICENSE", "LICENSE-3RD-PARTY.txt"),
        BROWSER_TESTS,
    ),
)


class VendorError(Exception):
    """What came from npm is not what was announced, or not what was recorded before."""


def run_npm(*arguments: str) -> str:
    """Run the npm client and return what it printed, without the line end."""
    result = subprocess.run(["npm", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return result.stdout.strip()


def fetch_tarball(name: str, version: str, folder: Path) -> tuple[Path, str]:
    """Pack one npm package into the empty `folder`; return the tarball and its checked integrity.

    The integrity is the announced one ("sha512-" and base64). Raises VendorError if the bytes
    do not have it.
    """
    integrity = run_npm("view", f"{name}@{version}", "dist.integrity")
    run_npm("pack", f"{name}@{version}", "--silent", "--pack-destination", str(folder))
    (tarball,) = folder.glob("*.tgz")
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    if integrity != "sha512-" + base64.b64encode(digest).decode("ascii"):
        raise VendorError(f"{name} {version}: the tarball does not have the integrity npm announces.")
    return tarball, integrity


def read_index(root: Path = ROOT) -> list[Row]:
    """Return the rows of `vendor.json`, none if it was never made."""
    index = root / INDEX
    if not index.exists():
        return []
    rows: list[Row] = json.loads(index.read_text(encoding="utf-8"))
    return rows


def licence_path(package: Package, member: str) -> str:
    """Return where a licence text is kept, always as .txt: package data knows files by their ending."""
    return f"{package.folder}/{Path(member).stem}.txt"


def copy_package(package: Package, recorded: list[Row], root: Path) -> list[Row]:
    """Fetch one package, write its files and licence texts under `root`, and return its rows.

    Raises VendorError if this version was recorded before with another integrity.
    """
    known = {
        row["integrity"]
        for row in recorded
        if (row["name"], row["version"]) == (package.name, package.version)
    }
    with tempfile.TemporaryDirectory() as scratch:
        tarball, integrity = fetch_tarball(package.name, package.version, Path(scratch))
        if known - {integrity}:
            raise VendorError(f"{package.name} {package.version}: npm now announces another integrity.")
        targets = {member: f"{package.folder}/{Path(member).name}" for member in package.files}
        licences = {member: licence_path(package, member) for member in package.licence_files}
        (root / package.folder).mkdir(parents=True, exist_ok=True)
        with tarfile.open(tarball) as archive:
            for member, target in (targets | licences).items():
                source = archive.extractfile(f"package/{member}")
                if source is None:
                    raise VendorError(f"{package.name} {package.version}: {member} is not a file.")
                (root / target).write_bytes(source.read())
    return [
        Row(
            name=package.name,
            version=package.version,
            file=target,
            sha256=hash_file(root / target),
            integrity=integrity,
            licence=package.licence,
            licence_files=list(licences.values()),
        )
        for target in targets.values()
    ]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_vendor(root: Path = ROOT) -> None:
    """Fetch every package of PACKAGES and write its files and `vendor.json`."""
    recorded = read_index(root)
    rows = [row for package in PACKAGES for row in copy_package(package, recorded, root)]
    (root / INDEX).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8", newline="\n")


def find_faults(root: Path = ROOT) -> list[str]:
    """Return one sentence for each committed file that is missing, changed, unlisted or unlicensed."""
    rows = read_index(root)
    faults = []
    for row in rows:
        path = root / row["file"]
        if not path.is_file():
            faults.append(f"{row['file']} is missing.")
        elif hash_file(path) != row["sha256"]:
            faults.append(f"{row['file']} is not the file of the package.")
        if not row["licence_files"]:
            faults.append(f"{row['file']} names no licence text.")
        for licence in row["licence_files"]:
            if not (root / licence).is_file() or not (root / licence).stat().st_size:
                faults.append(f"{licence} is missing or empty.")
    listed = {INDEX} | {path for row in rows for path in (row["file"], *row["licence_files"])}
    found = {
        path.relative_to(root).as_posix()
        for home in (STATIC, BROWSER_TESTS)
        for path in (root / home).rglob("*")
        if path.is_file()
    }
    return faults + [f"{path} is not listed in {INDEX}." for path in sorted(found - listed)]


def main() -> int:
    """Make the files unless only a check is asked for; return 1 if a fault is left."""
    parser = argparse.ArgumentParser(description="Re-make or check the vendored front-end files.")
    parser.add_argument("--check", action="store_true", help="only compare the files with vendor.json")
    if not parser.parse_args().check:
        make_vendor()
    faults = find_faults()
    print("\n".join(faults) or "All vendored files are as listed.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
