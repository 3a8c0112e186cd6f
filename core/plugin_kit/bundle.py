"""A plugin as one file for counties without a network: its wheels, their hashes, and its maker's signature.

A bundle is a zip: `bundle.json` (format, name, version, api, file -> SHA-256), `signature` (Ed25519 over
the bytes of bundle.json, RFC 8032) and `wheels/`. Whose signature a county accepts stands in its config
(`plugins.trusted`), so a file from elsewhere installs nothing.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from core.errors import DomainError
from core.plugin_kit.project import NoPlugin, Project, open_project
from core.text import N_
from core.value_classes import value_class

FORMAT = 1
DESCRIPTION, SIGNATURE, WHEELS = "bundle.json", "signature", "wheels/"
MOST_BYTES = 500_000_000
_SECONDS = 300.0
# The same files give the same bundle, to the byte.
_MOMENT, _EPOCH = (2000, 1, 1, 0, 0, 0), "946684800"
_LEFT_OUT = (".venv", "venv", "build", "dist", "__pycache__", ".git", "*.egg-info")


class KeyThere(DomainError):
    """A signing key is never overwritten: what it signed could not be renewed."""

    code = "bundle_key_there"
    text = N_("%(file)s 已存在，没有改动；请换一个文件名。")


class KeyUnreadable(DomainError):
    """Not a private key as `gridgov plugin key` makes them."""

    code = "bundle_key_unreadable"
    text = N_("%(file)s 不是 gridgov plugin key 生成的签名密钥。")


class BuildFailed(DomainError):
    """Its own build says no."""

    code = "bundle_build_failed"
    text = N_("插件打包失败：%(cause)s。")


class BundleUnreadable(DomainError):
    """Not a bundle, cut off, or changed on the way."""

    code = "bundle_unreadable"
    text = N_("%(file)s 不是完整的插件包（%(cause)s），没有安装；请重新下载或拷贝。")


class BundleUntrusted(DomainError):
    """Signed by nobody whom this county's config names."""

    code, status = "bundle_untrusted", 403
    text = N_(
        "插件包由 %(signer)s 签名，配置 plugins.trusted 中没有这把公钥，没有安装；核实来源后把公钥写进配置。"
    )


@value_class
class Bundle:
    """A bundle that was checked: `wheels` by file name, `signer` the public key (base64) that signed it."""

    name: str
    version: str
    api: str
    signer: str
    digest: str
    wheels: dict[str, bytes]


def make_key(file: Path) -> str:
    """Write a new signing key to `file` (PEM, for its owner alone); returns its public key as base64.

    Raises KeyThere.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise KeyThere(file=str(file)) from None
    file.write_bytes(pem)
    return _public(key.public_key())


def make_bundle(place: Path, target: Path, *, key: Path, wheels: Path | None = None) -> Bundle:
    """Build the plugin project in `place`; write it, with the wheels in the folder `wheels` (what it needs),
    to `target`, signed with `key`.

    Nothing is downloaded. Raises NoPlugin, SeveralPlugins, KeyUnreadable, BuildFailed, KeyThere (`target`).
    """
    project = open_project(place)
    if not (project.root / "pyproject.toml").is_file():
        raise NoPlugin(place=str(place))
    signer = _private(key)
    if target.exists():
        raise KeyThere(file=str(target))
    with tempfile.TemporaryDirectory(prefix="gridgov-bundle-") as scratch:
        _build(project, Path(scratch))
        files = [*Path(scratch).glob("*.whl"), *(wheels.glob("*.whl") if wheels else ())]
        packed = {file.name: file.read_bytes() for file in sorted(files, key=lambda file: file.name)}
    manifest = project.manifest()
    description = {
        "format": FORMAT,
        "name": project.name,
        "version": str(manifest.get("version", "")),
        "api": str(manifest.get("api", "")),
        "files": {f"{WHEELS}{name}": hashlib.sha256(data).hexdigest() for name, data in packed.items()},
    }
    text = json.dumps(description, ensure_ascii=False, sort_keys=True, indent=1).encode()
    with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
        _put(archive, DESCRIPTION, text)
        _put(archive, SIGNATURE, _public(signer.public_key()).encode() + b"\n" + _base64(signer.sign(text)))
        for name, data in packed.items():
            _put(archive, f"{WHEELS}{name}", data)
    return open_bundle(target, trusted=(_public(signer.public_key()),))


def open_bundle(file: Path, *, trusted: Collection[str]) -> Bundle:
    """Read a bundle and check it: signed by one of `trusted` (public keys, base64), each file as signed.

    Raises BundleUnreadable, BundleUntrusted.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _demand_plain(file, archive)
            names = set(archive.namelist())
            text, signature = (
                archive.read(name) if name in names else b"" for name in (DESCRIPTION, SIGNATURE)
            )
            signer = _checked_signer(file, text, signature)
            if signer not in trusted:
                raise BundleUntrusted(signer=signer)
            read = {name: archive.read(name) for name in names - {DESCRIPTION, SIGNATURE}}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise BundleUnreadable(file=str(file), cause=str(error)) from None
    description = _description(file, text)
    if set(read) != set(description["files"]):
        raise BundleUnreadable(file=str(file), cause=N_("文件与清单不一致"))
    for name, data in read.items():
        if hashlib.sha256(data).hexdigest() != description["files"][name] or not name.startswith(WHEELS):
            raise BundleUnreadable(file=str(file), cause=name)
    return Bundle(
        name=description["name"],
        version=description["version"],
        api=description["api"],
        signer=signer,
        digest=hashlib.sha256(text).hexdigest(),
        wheels={name.removeprefix(WHEELS): data for name, data in read.items()},
    )


def _demand_plain(file: Path, archive: zipfile.ZipFile) -> None:
    """Nothing in it takes more memory than it has bytes: what is packed says itself how much it will be."""
    if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
        raise BundleUnreadable(file=str(file), cause=N_("不是原样存放"))
    if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        raise BundleUnreadable(file=str(file), cause=N_("太大"))


def _description(file: Path, text: bytes) -> dict[str, Any]:
    # Signed by somebody trusted, so only its format has to be known.
    try:
        found: dict[str, Any] = json.loads(text)
        known = found["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise BundleUnreadable(file=str(file), cause=N_("格式不认识"))
    return found


def _checked_signer(file: Path, text: bytes, signature: bytes) -> str:
    public, _, signed = signature.partition(b"\n")
    try:
        raw = base64.b64decode(public, validate=True)
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signed, validate=True), text)
    except (ValueError, InvalidSignature):
        raise BundleUnreadable(file=str(file), cause=N_("签名不符")) from None
    return public.decode()


def _build(project: Project, into: Path) -> None:
    # A copy, since a build leaves its own files beside the author's.
    copy = shutil.copytree(project.root, into / "project", ignore=shutil.ignore_patterns(*_LEFT_OUT))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(into), str(copy)]
    try:
        done = subprocess.run(  # noqa: S603 - this Python's pip, on the project that was named
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
        )
    except subprocess.TimeoutExpired:
        raise BuildFailed(cause=f"{_SECONDS:g} 秒后还没有结束") from None
    if done.returncode:
        raise BuildFailed(cause=(done.stderr.strip().splitlines() or ["pip"])[-1])


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _MOMENT), data)


def _private(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(file=str(file))
    return key


def _public(key: Ed25519PublicKey) -> str:
    return _base64(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)
